import { describe, expect, it } from 'vitest';
import { mapEntryName, pathKey, suffixPath } from '../../../src/node/names/file-names.js';

describe('mapEntryName', () => {
  it.each([
    ['plain.png', 'plain.png', []],
    ['folder/sub/plain.png', 'folder/sub/plain.png', []],
    ['what? "a": <b>|*\\.png', 'what_ _a__ _b____.png', ['characters']],
    ['nul\0tab\tdel\x7f.png', 'nul_tab_del_.png', ['characters']],
    ['turn\u202egnp.exe', 'turn_gnp.exe', ['characters']],
    ['../../etc/passwd', 'etc/passwd', ['traversal']],
    ['/etc/passwd', 'etc/passwd', ['traversal']],
    ['a/../b', 'a/b', ['traversal']],
    ['./a//b', 'a/b', ['empty']],
    ['C:/windows/x', 'C_/windows/x', ['characters']],
    ['C:x', 'C_x', ['characters']],
    ['\\\\server\\share\\x', '__server_share_x', ['characters']],
    ['..\\..\\x', '.._.._x', ['characters']],
    ['', '_', ['empty']],
    ['..', '_', ['traversal']],
    ['...', '_', ['trailing']],
    ['dots... ', 'dots', ['trailing']],
    ['folder./x ', 'folder/x', ['trailing']],
    ['wait....png', 'wait....png', []],
    ['CON', '_CON', ['reserved']],
    ['con.png', '_con.png', ['reserved']],
    ['nul .txt', '_nul .txt', ['reserved']],
    ['COM¹', '_COM¹', ['reserved']],
    ['a/aux/lpt9.tar.gz', 'a/_aux/_lpt9.tar.gz', ['reserved']],
    ['con/lpt1.a/x.png', '_con/_lpt1.a/x.png', ['reserved']],
    ['a/b/nul', 'a/b/_nul', ['reserved']],
    ['console/nulls/com10.png', 'console/nulls/com10.png', []],
    ['console.png', 'console.png', []],
    ['.scenario-downloads/journal.jsonl', '_.scenario-downloads/journal.jsonl', ['reserved']],
    ['SCENAR~1/journal.jsonl', '_SCENAR~1/journal.jsonl', ['reserved']],
    ['x/scenar~1', 'x/scenar~1', []],
    ['.Scenario-Downloads', '_.Scenario-Downloads', ['reserved']],
    ['.scenario-downloads./lock', '_.scenario-downloads/lock', ['trailing', 'reserved']],
    ['x/.scenario-downloads/lock', 'x/.scenario-downloads/lock', []],
    ['cafe\u0301.png', 'caf\u00e9.png', ['unicode']],
    ['lone\ud800.png', 'lone\ufffd.png', []],
    ['👩‍🚀 in space.png', '👩‍🚀 in space.png', []],
  ])('maps %j to %j', (name, path, reasons) => {
    expect(mapEntryName(name)).toEqual({ path, reasons });
  });

  it('keeps the extension of a name that is too long, and tells two of them apart', () => {
    const one = mapEntryName(`folder/${'é'.repeat(200)}1.png`);
    const two = mapEntryName(`folder/${'é'.repeat(200)}2.png`);
    for (const { path, reasons } of [one, two]) {
      const [, name = ''] = path.split('/');
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toMatch(/^é+~[0-9a-f]{10}\.png$/);
      expect(reasons).toEqual(['length']);
    }
    expect(one.path).not.toBe(two.path);
  });

  it('keeps a path within its length, however deep', () => {
    const deep = mapEntryName(`${'folder/'.repeat(9000)}x.png`);
    expect(Buffer.byteLength(deep.path)).toBeLessThan(1000);
    expect(deep.path).toMatch(/\/x~[0-9a-f]{10}\.png$/);
    expect(deep.path).not.toBe(mapEntryName(`${'folder/'.repeat(9001)}x.png`).path);
  });

  it('gives a name that looks suffixed a suffix of its own', () => {
    const { path } = mapEntryName('a~0123456789.png');
    expect(path).toMatch(/^a~0123456789~[0-9a-f]{10}\.png$/);
  });

  it('is the same when it is done twice, but for suffixes', () => {
    for (const name of ['what?', 'CON', '../x', 'x. ', 'cafe\u0301']) {
      const { path } = mapEntryName(name);
      expect(mapEntryName(path)).toEqual({ path, reasons: [] });
    }
  });
});

describe('suffixPath', () => {
  it('keeps folder, extension and length', () => {
    expect(suffixPath('a.b/c.png', '0123456789')).toBe('a.b/c~0123456789.png');
    expect(suffixPath('.hidden', '0123456789')).toBe('.hidden~0123456789');
    const long = suffixPath(`${'x'.repeat(251)}.png`, '0123456789');
    expect(long).toHaveLength(255);
    expect(long.endsWith('~0123456789.png')).toBe(true);
  });
});

describe('pathKey', () => {
  it.each([
    ['A.png', 'a.PNG'],
    ['caf\u00e9', 'cafe\u0301'],
    ['stra\u00dfe', 'STRASSE'],
  ])('takes %j and %j for the same', (one, other) => {
    expect(pathKey(one)).toBe(pathKey(other));
  });
});
