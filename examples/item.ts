// The workload of both examples: one item by its number, as the k6 file of a headroom.yaml. One iteration is
// one request: the default function makes it and returns the answer.
import http from 'k6/http';

const items = 100;

type Iteration = { baseUrl: string; user: number; iteration: number };

export default function ({ baseUrl, user, iteration }: Iteration) {
  const id = 1 + ((user * 31 + iteration) % items);
  // The name keeps one series for all items, where each URL would have its own.
  return http.get(`${baseUrl}/items/${id}`, { tags: { name: '/items/{id}' } });
}

export const isRight = (body: string): boolean => body.includes('"price"');
