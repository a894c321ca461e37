/**
 * What a builder built, apart from it: builders hand out the object that they go on working on,
 * and queries carry a function that only marks their type.
 */
export const plain = <Built>(built: Built): Built => JSON.parse(JSON.stringify(built));
