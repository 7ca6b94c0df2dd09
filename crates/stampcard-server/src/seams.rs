//! The two things a server takes from outside itself: the time and chance. Tests choose both.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use stampcard_model::{MemberId, RedemptionId, ReferralCode, ReferralId, Timestamp, VoucherCode, WebhookId};

/// Answers with the present instant.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Fills a slice with bytes that nobody can foresee.
pub type Chance = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The time and chance.
#[derive(Clone)]
pub struct Seams {
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
}

impl Default for Seams {
    /// The clock and the randomness of the operating system.
    fn default() -> Self {
        Self { clock: Arc::new(system_clock), chance: Arc::new(system_chance) }
    }
}

/// Letters and digits that are not taken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Seams {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A new surrogate for a member: 80 random bits.
    pub fn member_id(&self) -> MemberId {
        new(|| MemberId::new(format!("m_{}", self.text::<16>().to_ascii_lowercase())))
    }

    /// A new redemption's id: 100 random bits.
    pub fn redemption_id(&self) -> RedemptionId {
        new(|| RedemptionId::new(format!("r_{}", self.text::<20>().to_ascii_lowercase())))
    }

    /// A new voucher's code: 60 random bits. Only the merchant's servers can try codes.
    pub fn voucher_code(&self) -> VoucherCode {
        let text = self.text::<12>();
        new(|| VoucherCode::new(format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..])))
    }

    /// A new code to invite friends with: 60 random bits. Only the merchant's servers can try codes.
    pub(crate) fn referral_code(&self) -> ReferralCode {
        let text = self.text::<12>();
        new(|| ReferralCode::new(format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..])))
    }

    /// A new invitation's id: 80 random bits.
    pub(crate) fn referral_id(&self) -> ReferralId {
        new(|| ReferralId::new(format!("f_{}", self.text::<16>().to_ascii_lowercase())))
    }

    /// A new webhook's id: 80 random bits.
    pub(crate) fn webhook_id(&self) -> WebhookId {
        new(|| WebhookId::new(format!("w_{}", self.text::<16>().to_ascii_lowercase())))
    }

    /// A new secret to sign webhooks with: 256 random bits.
    pub(crate) fn webhook_secret(&self) -> Vec<u8> {
        let mut secret = vec![0; 32];
        (self.chance)(&mut secret);
        secret
    }

    /// A new request's id: 80 random bits.
    pub(crate) fn request_id(&self) -> String {
        self.text::<16>().to_ascii_lowercase()
    }

    fn text<const LENGTH: usize>(&self) -> String {
        let mut bytes = [0; LENGTH];
        (self.chance)(&mut bytes);
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
    }
}

/// Ids made of [`ALPHABET`] always have the shape of an id.
fn new<T, E: std::fmt::Debug>(make: impl FnOnce() -> Result<T, E>) -> T {
    make().expect("an id of the alphabet is an id")
}

fn system_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn system_chance(bytes: &mut [u8]) {
    // Without randomness no code is safe to issue, and Linux has it from early boot on.
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_shape_that_people_are_shown() {
        let seams = Seams { chance: Arc::new(|bytes| bytes.fill(0xEA)), ..Seams::default() };
        assert_eq!(seams.voucher_code().as_str(), "AAAA-AAAA-AAAA");
        assert_eq!(seams.member_id().as_str(), "m_aaaaaaaaaaaaaaaa");
        assert_eq!(seams.redemption_id().as_str(), "r_aaaaaaaaaaaaaaaaaaaa");
    }
}
