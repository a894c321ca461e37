import { imageConformance } from './compose-conformance';

imageConformance('express');
