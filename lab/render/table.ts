export { renderTable } from './terminal';
