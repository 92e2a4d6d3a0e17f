//! The columns that both kinds of quotas have.

/// The struct `LimitColumns` of a table of quotas, and its way to the domain's limits and back.
macro_rules! limit_columns {
    ($table:ident) => {
        #[derive(
            diesel::Queryable, diesel::Selectable, diesel::Insertable, diesel::AsChangeset, Clone, Debug,
        )]
        #[diesel(table_name = $table, check_for_backend($crate::any::Any))]
        #[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
        pub struct LimitColumns {
            total_memory_mb: Option<i64>,
            per_process_memory_mb: Option<i64>,
            total_instances: Option<i64>,
            per_app_tasks: Option<i64>,
            log_rate_limit: Option<i64>,
            paid_services_allowed: bool,
            total_service_instances: Option<i64>,
            total_service_keys: Option<i64>,
            total_routes: Option<i64>,
            total_reserved_ports: Option<i64>,
        }

        impl From<&cc_domain::quota::Limits> for LimitColumns {
            fn from(limits: &cc_domain::quota::Limits) -> Self {
                let column = $crate::quota::column;
                Self {
                    total_memory_mb: column(limits.total_memory),
                    per_process_memory_mb: column(limits.per_process_memory),
                    total_instances: column(limits.total_instances),
                    per_app_tasks: column(limits.per_app_tasks),
                    log_rate_limit: column(limits.log_rate),
                    paid_services_allowed: limits.are_paid_services_allowed,
                    total_service_instances: column(limits.total_service_instances),
                    total_service_keys: column(limits.total_service_keys),
                    total_routes: column(limits.total_routes),
                    total_reserved_ports: column(limits.total_reserved_ports),
                }
            }
        }

        impl From<LimitColumns> for cc_domain::quota::Limits {
            fn from(columns: LimitColumns) -> Self {
                let limit = $crate::quota::limit;
                Self {
                    total_memory: limit(columns.total_memory_mb),
                    per_process_memory: limit(columns.per_process_memory_mb),
                    total_instances: limit(columns.total_instances),
                    per_app_tasks: limit(columns.per_app_tasks),
                    log_rate: limit(columns.log_rate_limit),
                    are_paid_services_allowed: columns.paid_services_allowed,
                    total_service_instances: limit(columns.total_service_instances),
                    total_service_keys: limit(columns.total_service_keys),
                    total_routes: limit(columns.total_routes),
                    total_reserved_ports: limit(columns.total_reserved_ports),
                    total_domains: None,
                }
            }
        }
    };
}
pub(crate) use limit_columns;

/// A limit as it is stored; one past 64 bits is as good as none that anyone reaches.
pub fn column(limit: Option<u64>) -> Option<i64> {
    limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX))
}

/// A limit as it is read.
pub fn limit(column: Option<i64>) -> Option<u64> {
    column.and_then(|column| u64::try_from(column).ok())
}
