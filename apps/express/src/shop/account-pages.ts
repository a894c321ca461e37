// Registering, logging in and out.
import type { Request, RequestHandler, Response, Router } from 'express';
import { methodNotAllowed } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { form } from './bodies';
import type { Customer, Customers } from './customers';
import { credentials, nextPath, registration, wrongFields } from './input';
import { beginSession, customerOf, endSession, saveSession } from './session';

/** What was wrong, by field, in the order of the form. */
type Faults = Record<string, string>;

const ADVICE: Faults = {
  email: 'Give an email address.',
  name: 'Give a name of 1 to 100 characters.',
  password: 'Give a password of 10 to 128 characters.',
};

export function accountPages(customers: Customers, identify: RequestHandler[]): Router {
  const router = exactRouter();

  router
    .route('/register')
    .all(identify)
    .get(showForm('register'))
    .post(...form, async (req, res) => {
      const given = registration.safeParse(req.body);
      if (!given.success) return refuse(req, res, 'register', adviceFor(wrongFields(given.error)));
      const customer = await customers.register(given.data);
      if (!customer) {
        return refuse(req, res, 'register', { email: 'Somebody has registered with it before.' });
      }
      await welcome(req, res, customer);
    })
    .all(methodNotAllowed);

  router
    .route('/login')
    .all(identify)
    .get(showForm('login'))
    .post(...form, async (req, res) => {
      const given = credentials.safeParse(req.body);
      if (!given.success) return refuse(req, res, 'login', adviceFor(wrongFields(given.error)));
      const customer = await customers.logIn(given.data.email, given.data.password);
      // Which of the two it was would tell who is a customer.
      if (!customer) return refuse(req, res, 'login', { password: 'Email or password is wrong.' });
      await welcome(req, res, customer);
    })
    .all(methodNotAllowed);

  router
    .route('/logout')
    .all(identify)
    .post(...form, async (req, res) => {
      await endSession(req, res);
      res.redirect(303, '/');
    })
    .all(methodNotAllowed);

  return router;
}

function showForm(name: 'register' | 'login') {
  return (req: Request, res: Response): void => {
    const next = nextPath(req.query.next) ?? '';
    if (customerOf(res)) res.redirect(303, '/');
    else res.render(`shop/${name}`, { given: {}, faults: {}, next });
  };
}

function refuse(req: Request, res: Response, name: 'register' | 'login', faults: Faults): void {
  const next = nextPath(req.body.next) ?? '';
  res.status(400).render(`shop/${name}`, { given: req.body, faults, next });
}

const adviceFor = (fields: string[]): Faults =>
  Object.fromEntries(fields.map((field) => [field, ADVICE[field] ?? 'Give another value.']));

async function welcome(req: Request, res: Response, customer: Customer): Promise<void> {
  await beginSession(req, customer);
  await saveSession(req);
  res.redirect(303, nextPath(req.body.next) ?? '/');
}
