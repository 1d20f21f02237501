/** Scans a JSON array that arrives in pieces. */
export interface ArrayScanner {
  push: (text: string) => void;
  /** Must be called after the last piece. */
  end: () => void;
}

export interface ArrayListener {
  /** Receives an element as text, with its number and the line that it begins on, both counted from 1. */
  onElement: (text: string, item: number, line: number) => void;
  /** Receives what is wrong and the number of the line. Must throw. */
  onProblem: (problem: string, line: number) => never;
}

/** No id is that long: a longer element means that a quote or a bracket is not closed. */
const MAX_ELEMENT_LENGTH = 65_536;

/** Creates a scanner that splits a JSON array into its elements without keeping all of it in memory. */
export function createArrayScanner(listener: ArrayListener): ArrayScanner {
  // Only with an explicit type does the compiler know that the call never returns.
  const onProblem: ArrayListener['onProblem'] = listener.onProblem;
  const { onElement } = listener;
  let state: 'before' | 'inside' | 'after' = 'before';
  let element = '';
  let elementLine = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let items = 0;
  let line = 1;

  function finishElement(isLast: boolean) {
    const text = element.trim();
    element = '';
    if (text === '') {
      // Only `[]` may have an empty element.
      if (isLast && items === 0) return;
      onProblem('there is a comma too many', line);
    }
    items++;
    onElement(text, items, elementLine);
  }

  function pushOutside(character: string) {
    if (/\s/.test(character)) return;
    if (state === 'after') onProblem('there is something behind the end of the array', line);
    if (character !== '[') onProblem('the array does not begin with "["', line);
    state = 'inside';
  }

  function pushInside(character: string) {
    if (!inString && depth === 0 && (character === ',' || character === ']')) {
      finishElement(character === ']');
      if (character === ']') state = 'after';
      return;
    }
    if (element === '') {
      if (/\s/.test(character)) return;
      elementLine = line;
    }
    element += character;
    if (element.length > MAX_ELEMENT_LENGTH) onProblem('an item does not end: is a quote missing?', elementLine);
    if (inString) {
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }

  return {
    push(text) {
      for (const character of text) {
        if (state === 'inside') pushInside(character);
        else pushOutside(character);
        if (character === '\n') line++;
      }
    },
    end() {
      if (state !== 'after') onProblem('the array has no end: "]" is missing', line);
    },
  };
}
