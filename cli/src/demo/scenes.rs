//! The scenes, in the order they are played.

pub(super) mod apart;
pub(super) mod crash;
pub(super) mod device;
pub(super) mod founding;
pub(super) mod hub_away;
pub(super) mod life;
pub(super) mod quiet;
pub(super) mod referral;
pub(super) mod shares;
