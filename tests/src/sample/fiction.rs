//! Numbers that look right and belong to nobody.

use fastrand::Rng;

/// A telephone number that Arcep keeps for fiction: 04 65 71 xx xx (south-east) or
/// 06 39 98 xx xx (mobile), as E.164.
pub(super) fn telephone(rng: &mut Rng) -> String {
    let prefix = if rng.u8(..10) < 7 {
        "+3346571"
    } else {
        "+3363998"
    };
    format!("{prefix}{:04}", rng.u16(..10_000))
}

/// A SIRET with right check digits whose SIREN begins with 000 00, which INSEE never attributes.
pub(super) fn siret(rng: &mut Rng) -> String {
    let siren = with_check_digit(&format!("00000{:03}", rng.u16(1..1_000)));
    with_check_digit(&format!("{siren}{:04}", rng.u16(1..30)))
}

/// Appends the digit that makes the Luhn sum a multiple of ten.
fn with_check_digit(digits: &str) -> String {
    let check = (0..10).find(|check| luhn_sum(&format!("{digits}{check}")).is_multiple_of(10));
    format!("{digits}{}", check.expect("one digit in ten fits"))
}

fn luhn_sum(digits: &str) -> u32 {
    digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(position, digit)| {
            let digit = u32::from(digit - b'0') * if position % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siren_and_siret_have_right_check_digits() {
        let mut rng = Rng::with_seed(1);
        for _ in 0..100 {
            let siret = siret(&mut rng);
            assert_eq!(siret.len(), 14);
            assert!(siret.starts_with("00000"));
            assert_eq!(luhn_sum(&siret) % 10, 0);
            assert_eq!(luhn_sum(&siret[..9]) % 10, 0);
        }
    }

    #[test]
    fn telephones_are_in_the_ranges_for_fiction() {
        let mut rng = Rng::with_seed(1);
        for _ in 0..100 {
            let number = telephone(&mut rng);
            assert_eq!(number.len(), 12);
            assert!(number.starts_with("+3346571") || number.starts_with("+3363998"));
        }
    }
}
