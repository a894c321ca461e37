// The data source, by a variable: a dashboard that is imported elsewhere finds the Prometheus there.

/** As grafana/provisioning/datasources has it. */
export const provisioned = { name: 'Prometheus', type: 'prometheus', uid: 'prom' } as const;

export const dataSource = { type: 'prometheus', uid: '$datasource' } as const;
