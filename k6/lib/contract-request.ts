// One request that the contract promises an answer to. The tables of them stand above.
export type ContractRequest = {
  /** The operation in contract/openapi.yaml; undefined for what it says of unknown paths. */
  operationId: string | undefined;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Route template: the `name` tag of the request's series. */
  name: string;
  /** Path and query. */
  target: string;
  status: number;
  /** Beginning of the content type; empty where there may be none. */
  contentType: string;
  isRight: (body: string) => boolean;
};
