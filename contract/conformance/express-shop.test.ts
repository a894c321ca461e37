import { conformanceOf } from './app-conformance';

conformanceOf('express', 'shop');
