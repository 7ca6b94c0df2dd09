//! The people who shop here.

/// A customer of the shop who is a member of its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopMember {
    /// The shop's own id, which the loyalty program knows as the reference.
    pub id: &'static str,
    /// The name to greet with.
    pub name: &'static str,
}

/// A new one, one close to the highest tier, and one who has it with leaves about to expire.
pub const MEMBERS: [ShopMember; 3] = [
    ShopMember { id: "mira", name: "Mira" },
    ShopMember { id: "jun", name: "Jun" },
    ShopMember { id: "amara", name: "Amara" },
];

/// The member with this id.
pub(crate) fn find(id: &str) -> Option<ShopMember> {
    MEMBERS.into_iter().find(|member| member.id == id)
}
