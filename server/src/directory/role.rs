//! Roles as they are kept and told: numbers in the file and in credentials, words over HTTP.

use kakehashi_protocol::rights::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role that a person can have, as the HTTP API names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// Sees, writes nothing.
    Viewer,
    /// Writes on pages that are not locked.
    Member,
    /// A member who may lock and hide.
    Assistant,
    /// Leads.
    Host,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Member => Self::Member,
            RoleName::Assistant => Self::Assistant,
            RoleName::Host => Self::Host,
        }
    }
}

impl From<Role> for RoleName {
    /// The server itself leads too; it is never told to anybody.
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Member => Self::Member,
            Role::Assistant => Self::Assistant,
            Role::Host | Role::Server => Self::Host,
        }
    }
}

/// The number of a role.
#[must_use]
pub const fn number(role: Role) -> u8 {
    role as u8
}

/// The role of a number that a person can have.
#[must_use]
pub const fn of_number(number: u8) -> Option<Role> {
    match number {
        0 => Some(Role::Viewer),
        1 => Some(Role::Member),
        2 => Some(Role::Assistant),
        3 => Some(Role::Host),
        _ => None,
    }
}
