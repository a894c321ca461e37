// The one data source, as grafana/provisioning/datasources has it.
export const dataSource = { type: 'prometheus', uid: 'prom' } as const;
