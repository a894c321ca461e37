import { imageConformance } from './compose-conformance';

imageConformance('django');
