import { conformanceOf } from './app-conformance';

conformanceOf('django', 'shop');
