/** The name of this package's command in the results. */
export const OWN = 'scenario-downloads get';

/** A tool that downloads an archive, and unpacks it in most cases. */
export interface Tool {
  name: string;
  /** The command that has to be installed. */
  needs: string;
  /** Returns the shell line. A single process is started with `exec`, so that its memory can be measured. */
  shell: (url: string, target: string) => string;
}

/** @param command the path of the built command */
export function tools(command: string): Tool[] {
  return [
    {
      name: OWN,
      needs: 'node',
      shell: (_, target) => `exec '${process.execPath}' '${command}' get --inference bench -o '${target}' --quiet`,
    },
    { name: 'curl -o', needs: 'curl', shell: (url, target) => `exec curl -s -o '${target}/a.zip' '${url}'` },
    {
      name: 'curl, then unzip',
      needs: 'unzip',
      shell: (url, target) => `cd '${target}' && curl -s -o a.zip '${url}' && unzip -q a.zip`,
    },
    {
      name: 'curl | bsdtar',
      needs: 'bsdtar',
      shell: (url, target) => `cd '${target}' && curl -s '${url}' | bsdtar -xf -`,
    },
    {
      name: 'aria2, then unzip',
      needs: 'aria2c',
      shell: (url, target) =>
        `cd '${target}' && aria2c -q -x 8 -s 8 -k 1M --file-allocation=none -o a.zip '${url}' && unzip -q a.zip`,
    },
    {
      name: 'Python urllib + zipfile',
      needs: 'python3',
      shell: (url, target) =>
        `cd '${target}' && python3 -c "import urllib.request as u, zipfile as z; u.urlretrieve('${url}', 'a.zip'); z.ZipFile('a.zip').extractall()"`,
    },
  ];
}
