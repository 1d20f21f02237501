/**
 * Made from openapi/openapi.yaml by `npm run generate`. Do not edit: change the spec and run it again.
 */
/** The server of the document. */
export const serverUrl = "https://api.cloud.scenario.com/v1";
/** How many asset ids `downloadRequestBatch` takes at most. */
export const maxAssetIds = 1000;
/** The document's example of a `fileNameTemplate`, with every placeholder in it. */
export const exampleFileNameTemplate = "<generator>-<prompt>-<num>-<seed>";

export interface paths {
    "/assets/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request Batch
         * @description Request a link to download many assets as one archive. A batch is limited to 1000 assets.
         *
         *     The limit counts assets, not ids: an inference or a model id stands for every asset that came out of it.
         *     Whether a larger batch is refused or cut short is unknown. *Not in the source document.*
         *
         *     The operation starts a job. It has no idempotency key, so sending it again starts another job.
         *     *Not in the source document.*
         */
        post: operations["downloadRequestBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/download/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Status
         * @description Retrieve the status of a batch download request and, once there is one, the URL of its archive.
         */
        get: operations["downloadGetStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{assetId}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request
         * @description Request a link to download one asset in the given `targetFormat`.
         *
         *     Conversion is for images. A format that does not fit the kind of the asset is answered with 400
         *     (`Invalid target format`); leave `targetFormat` out for audio, video and most 3D assets.
         *     *Not in the source document.*
         */
        post: operations["downloadRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Which assets to put into the archive, and how to name them there. Both members are required on the wire.
         *     *Not in the source document.*
         */
        DownloadRequestBatchBody: {
            options: components["schemas"]["DownloadRequestBatchOptions"];
            query: components["schemas"]["DownloadRequestBatchQuery"];
        };
        /**
         * @description How the files in the archive are named and grouped. `fileNameTemplate` is required on the wire.
         *     *Not in the source document.*
         */
        DownloadRequestBatchOptions: {
            /**
             * @description A naming convention for the files, as a string with placeholders: the seed used to generate the asset, the
             *     index of the asset in its inference, the prompt of the inference, and the prompt of the generator.
             *
             *     In this order they are written `<seed>`, `<num>`, `<prompt>` and `<generator>`.
             *     *Not in the source document*, whose text lost everything in angle brackets.
             * @example <generator>-<prompt>-<num>-<seed>
             */
            fileNameTemplate: string;
            /** @description Store the files flat instead of grouping them in directories. */
            flat?: boolean;
        };
        /**
         * @description The assets that the archive is made of: the union of the three lists. All three are required on the wire; send
         *     `[]` for a list that is not used. *Not in the source document.*
         */
        DownloadRequestBatchQuery: {
            /**
             * @description Every asset named here is in the archive.
             *
             *     The limit of 1000 items follows from the batch limit of 1000 assets.
             *     *Not in the source document* as a limit of this list.
             */
            assetIds: string[];
            /** @description All assets that came out of these inferences are in the archive. */
            inferenceIds: string[];
            /** @description All assets that were made with these models are in the archive. */
            modelIds: string[];
        };
        /** @description The answer of `downloadRequestBatch`. */
        DownloadRequestBatchResponse: {
            /** @description The id of the job that prepares the download. */
            jobId: string;
        };
        /** @description The answer of `downloadGetStatus`. */
        DownloadGetStatusResponse: {
            /** @description The id of the job that prepares the download. */
            jobId: string;
            /**
             * @description The current status of the job.
             *
             *     The vendor's other jobs use `warming-up`, `queued`, `in-progress`, `processing`, `pending` and `finalizing`
             *     while they run, and `success`, `failure` and `canceled` at the end; `failed` has been seen too. Treat any
             *     other string as running. *Not in the source document*, which names no values.
             * @example warming-up
             * @example queued
             * @example in-progress
             * @example processing
             * @example pending
             * @example finalizing
             * @example success
             * @example failure
             * @example canceled
             * @example failed
             */
            jobStatus: string;
            /**
             * Format: uri
             * @description The URL of the archive, once it is ready.
             *
             *     It is a signed URL: whoever has it can fetch the archive. It expires, and it may redirect before it serves
             *     the file. How long it lives is unknown. *Not in the source document.*
             */
            downloadUrl?: string;
        };
        /** @description How the asset is wanted. */
        DownloadRequestBody: {
            targetFormat?: components["schemas"]["TargetFormat"];
        };
        /** @description The answer of `downloadRequest`. */
        DownloadRequestResponse: {
            /**
             * Format: uri
             * @description The signed URL of the asset in the wanted format.
             *
             *     Whoever has it can fetch the asset; it expires. *Not in the source document.*
             */
            url: string;
        };
        /**
         * @description The format to download the asset in.
         * @enum {string}
         */
        TargetFormat: "gif" | "heif" | "jpeg" | "jpg" | "png" | "svg" | "webp" | "avif" | "tif" | "tiff" | "glb" | "fbx" | "obj";
        /**
         * @description What an error answer may say. Every member may be missing, others may be there, and a gateway may answer with
         *     HTML or with nothing at all. *Not in the source document.*
         */
        ErrorBody: {
            /** @description What went wrong, mostly as a short string. */
            error?: unknown;
            /** @description What went wrong, as a sentence. */
            message?: unknown;
            /** @description Why it went wrong. */
            reason?: unknown;
            /** @description More about it, such as the name and the ceiling of a rate limit. */
            details?: unknown;
            /** @description The HTTP status again. */
            statusCode?: unknown;
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /**
         * @description The request is not valid, for example a `targetFormat` that does not fit the kind of the asset.
         *     *Not in the source document.*
         */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The credentials are missing or wrong. *Not in the source document.* */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The asset belongs to another team, or the key lacks a scope. *Not in the source document.* */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description There is no such job or asset. *Not in the source document.* */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /**
         * @description Too many requests, or too many jobs at once. Wait as long as `Retry-After` says, else back off exponentially.
         *     Past a team's concurrency ceiling, an immediate repetition is answered with 429 again.
         *     *Not in the source document.*
         */
        TooManyRequests: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The server or a gateway before it failed. *Not in the source document.* */
        ServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
    };
    parameters: {
        /**
         * @description The job id that `downloadRequestBatch` answered with.
         * @example job_1a2b3c
         */
        JobId: string;
        /**
         * @description The id of the asset.
         * @example asset_1a2b3c
         */
        AssetId: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description How long to wait before asking again, in seconds or as an HTTP date. *Not in the source document.*
         * @example 12
         */
        RetryAfter: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    downloadRequestBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DownloadRequestBatchBody"];
            };
        };
        responses: {
            /** @description The job that prepares the archive. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadRequestBatchResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            "5XX": components["responses"]["ServerError"];
        };
    };
    downloadGetStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The job id that `downloadRequestBatch` answered with.
                 * @example job_1a2b3c
                 */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the job now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadGetStatusResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            "5XX": components["responses"]["ServerError"];
        };
    };
    downloadRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the asset.
                 * @example asset_1a2b3c
                 */
                assetId: components["parameters"]["AssetId"];
            };
            cookie?: never;
        };
        /** @description The body is an object, empty where the asset is wanted as it is. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["DownloadRequestBody"];
            };
        };
        responses: {
            /** @description The link to the asset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadRequestResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            "5XX": components["responses"]["ServerError"];
        };
    };
}
type FlattenedDeepRequired<T> = {
    [K in keyof T]-?: FlattenedDeepRequired<T[K] extends unknown[] | undefined | null ? Extract<T[K], unknown[]>[number] : T[K]>;
};
type ReadonlyArray<T> = [
    Exclude<T, undefined>
] extends [
    unknown[]
] ? Readonly<Exclude<T, undefined>> : Readonly<Exclude<T, undefined>[]>;
export const targetFormatValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TargetFormat"]> = ["gif", "heif", "jpeg", "jpg", "png", "svg", "webp", "avif", "tif", "tiff", "glb", "fbx", "obj"];
