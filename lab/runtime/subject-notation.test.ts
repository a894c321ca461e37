import { describe, expect, it } from 'vitest';
import { parseSubject, titlesOf } from './subject';

describe('the notation of a subject', () => {
  it.each([
    { why: 'an app alone', text: 'django', notation: 'django' },
    {
      why: 'the profile said though it is the default',
      text: 'express:default',
      notation: 'express',
    },
    {
      why: 'a setting without a profile',
      text: 'express:workers=2',
      notation: 'express:workers=2',
    },
    {
      why: 'profile and settings',
      text: 'django:default:workers=2:replicas=3',
      notation: 'django:workers=2:replicas=3',
    },
    {
      why: 'the size of the shop',
      text: 'django:default:products=1000000',
      notation: 'django:products=1000000',
    },
    {
      why: 'a revision, whatever git may call one',
      text: 'express@HEAD~3:default:workers=2',
      notation: 'express@HEAD~3:workers=2',
    },
    { why: 'a reflog', text: 'django@main@{1}:tuned', notation: 'django@main@{1}:tuned' },
  ])('takes $why', ({ text, notation }) => {
    expect(parseSubject(text).notation).toBe(notation);
    expect(parseSubject(notation)).toEqual(parseSubject(text));
  });

  it.each([
    { text: 'exprss', wrong: /"exprss" is no app.*express or django/ },
    { text: '', wrong: /"" is no app/ },
    { text: 'exprss@HEAD', wrong: /"exprss" is no app/ },
    { text: 'express@', wrong: /"" is no revision.*worktree for what is not committed/ },
    { text: 'express@--all', wrong: /"--all" is no revision/ },
    { text: 'express:fast', wrong: /"fast" is no profile.*default/ },
    { text: 'express:', wrong: /"" is no profile/ },
    {
      text: 'express:default:tuned',
      wrong: /"tuned" is no setting.*workers, replicas, cpus, products/,
    },
    { text: 'express:threads=4', wrong: /"threads=4" is no setting/ },
    { text: 'express:workers=2=3', wrong: /"workers=2=3" is no setting/ },
    { text: 'express:workers=', wrong: /workers is "": give a whole number from 1 to 64/ },
    { text: 'express:workers=1.5', wrong: /workers is "1.5"/ },
    { text: 'django:replicas=99', wrong: /replicas is "99": give a whole number from 1 to 9/ },
    { text: 'django:cpus=0', wrong: /cpus is "0": give a number of cores/ },
    { text: 'django:products=2000', wrong: /products is "2000": give 1000 or 100000 or 1000000/ },
    { text: 'django:workers=2:workers=3', wrong: /"workers" is given twice/ },
  ])('refuses "$text" and says which part is wrong', ({ text, wrong }) => {
    expect(() => parseSubject(text)).toThrow(wrong);
  });

  it('becomes as short a title as keeps two subjects apart', () => {
    const titles = (a: string, b: string) => titlesOf(parseSubject(a), parseSubject(b));
    expect(titles('express', 'django')).toEqual({ a: 'Express', b: 'Django' });
    expect(titles('express', 'express:workers=2')).toEqual({
      a: 'Express (default)',
      b: 'Express (default, 2 workers)',
    });
    const revision = { name: 'HEAD~3', commit: '1234567890', tree: 'abcdef', folder: 'app' };
    const old = { ...parseSubject('express@HEAD~3'), revision };
    const now = { ...old, revision: { ...revision, name: 'worktree', commit: null } };
    expect(titlesOf(old, now)).toEqual({ a: 'Express (HEAD~3 1234567)', b: 'Express (worktree)' });
    expect(titlesOf(old, parseSubject('express'))).toMatchObject({ b: 'Express' });
    expect(titlesOf(old, parseSubject('express:tuned'))).toEqual({
      a: 'Express (HEAD~3 1234567, default)',
      b: 'Express (tuned)',
    });
    expect(titles('django:products=1000', 'django:products=1000000')).toEqual({
      a: 'Django (default, 1,000 products)',
      b: 'Django (default, 1,000,000 products)',
    });
  });
});
