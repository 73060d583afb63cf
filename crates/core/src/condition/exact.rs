//! Exact numbers: reading decimals without ever rounding, and comparing products and quotients of them as whole numbers.

use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Why a text is no number that can be kept exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// It is not written as a number.
    Malformed,
    /// It has more digits than an exact decimal holds: 28, and an absolute value below 2⁹⁶.
    TooLong,
}

/// Reads `[-]digits[.digits][e[±]digits]`, every digit of it or none.
pub(super) fn read_decimal(text: &str) -> Result<Decimal, NumberError> {
    let (negative, unsigned) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, read_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(NumberError::Malformed),
        Some(parts) => parts,
        None => (digits, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        mantissa = append_digit(mantissa, digit - b'0')?;
    }
    let places = i64::try_from(fraction.len()).map_err(|_| NumberError::TooLong)? - exponent;
    decimal_of(if negative { -mantissa } else { mantissa }, places)
}

fn read_exponent(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    text.parse::<i32>().map(i64::from).map_err(|_| NumberError::TooLong)
}

fn append_digit(mantissa: i128, digit: u8) -> Result<i128, NumberError> {
    mantissa.checked_mul(10).and_then(|shifted| shifted.checked_add(i128::from(digit))).ok_or(NumberError::TooLong)
}

/// `mantissa` / 10^`places`, if a [`Decimal`] holds it exactly.
fn decimal_of(mut mantissa: i128, mut places: i64) -> Result<Decimal, NumberError> {
    if mantissa == 0 {
        places = places.clamp(0, 28);
    }
    while places < 0 {
        mantissa = mantissa.checked_mul(10).ok_or(NumberError::TooLong)?;
        places += 1;
    }
    while places > 28 && mantissa % 10 == 0 {
        mantissa /= 10;
        places -= 1;
    }
    let scale = u32::try_from(places).map_err(|_| NumberError::TooLong)?;
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| NumberError::TooLong)
}

/// `number` × `numerator` / `denominator`, if the result ends within 28 decimals; without zeros at its end.
pub(super) fn multiply(number: Decimal, numerator: u128, denominator: u128) -> Option<Decimal> {
    let product = number.mantissa().checked_mul(i128::try_from(numerator).ok()?)?;
    let denominator = i128::try_from(denominator).ok()?;
    let common = greatest_common_divisor(product, denominator);
    let (mut mantissa, mut remaining) = (product.checked_div(common)?, denominator.checked_div(common)?);
    let mut places = i64::from(number.scale());
    // What is left of the denominator must be made of 2 and 5, or the decimals never end.
    for (prime, complement) in [(2, 5), (5, 2)] {
        while remaining % prime == 0 {
            remaining /= prime;
            mantissa = mantissa.checked_mul(complement)?;
            places += 1;
        }
    }
    if remaining != 1 {
        return None;
    }
    while places > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        places -= 1;
    }
    decimal_of(mantissa, places).ok()
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A fraction of whole numbers of any length, built up by factors, to compare without rounding and without overflow.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    negative: bool,
    numerator: Natural,
    denominator: Natural,
}

impl Fraction {
    /// The number itself.
    pub(super) fn of(number: Decimal) -> Self {
        let one = Self { negative: false, numerator: Natural::from(1), denominator: Natural::from(1) };
        one.times(number)
    }

    /// This times `number`.
    pub(super) fn times(self, number: Decimal) -> Self {
        let negative = self.negative != number.is_sign_negative();
        let power = 10_u128.pow(number.scale());
        Self { negative, ..self }.times_ratio(number.mantissa().unsigned_abs(), power)
    }

    /// This times `numerator` / `denominator`; the denominator is not 0.
    pub(super) fn times_ratio(self, numerator: u128, denominator: u128) -> Self {
        Self {
            negative: self.negative,
            numerator: self.numerator.product(&Natural::from(numerator)),
            denominator: self.denominator.product(&Natural::from(denominator)),
        }
    }

    /// Which of the two is greater.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let left = self.numerator.product(&other.denominator);
        let right = other.numerator.product(&self.denominator);
        match (self.negative && !left.is_zero(), other.negative && !right.is_zero()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => left.compare(&right),
            (true, true) => right.compare(&left),
        }
    }
}

/// A whole number of any length: digits to the base 2³², the lowest first, without zeros at the high end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Natural(Vec<u32>);

impl From<u128> for Natural {
    fn from(number: u128) -> Self {
        let digits = [0, 32, 64, 96].map(|shift| low_half(number >> shift));
        Self(digits.to_vec()).trimmed()
    }
}

impl Natural {
    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn product(&self, other: &Self) -> Self {
        other.0.iter().rev().fold(Self(Vec::new()), |sum, digit| sum.shifted().plus(&self.times_digit(*digit)))
    }

    fn shifted(mut self) -> Self {
        if !self.is_zero() {
            self.0.insert(0, 0);
        }
        self
    }

    fn times_digit(&self, factor: u32) -> Self {
        let mut carry = 0_u64;
        let mut digits: Vec<u32> = self
            .0
            .iter()
            .map(|digit| {
                let product = u64::from(*digit) * u64::from(factor) + carry;
                carry = product >> 32;
                low_half(product)
            })
            .collect();
        digits.push(low_half(carry));
        Self(digits).trimmed()
    }

    fn plus(&self, other: &Self) -> Self {
        let mut carry = 0_u64;
        let length = self.0.len().max(other.0.len());
        let digit = |number: &Self, place: usize| u64::from(number.0.get(place).copied().unwrap_or(0));
        let mut digits: Vec<u32> = (0..length)
            .map(|place| {
                let sum = digit(self, place) + digit(other, place) + carry;
                carry = sum >> 32;
                low_half(sum)
            })
            .collect();
        digits.push(low_half(carry));
        Self(digits).trimmed()
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// The lowest 32 bits.
fn low_half(number: impl Into<u128>) -> u32 {
    (number.into() & u128::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_whole_or_not_at_all() {
        let long = "0.00000000000000000000000000001";
        let zeros = format!("{}7", "0".repeat(100_000));
        for (text, expected) in [
            ("0", Ok("0")),
            ("-0", Ok("0")),
            ("0.10", Ok("0.10")),
            ("−3.5", Ok("-3.5")),
            ("1e-7", Ok("0.0000001")),
            ("1.5E+3", Ok("1500")),
            ("0e999999", Ok("0")),
            ("79228162514264337593543950335", Ok("79228162514264337593543950335")),
            ("79228162514264337593543950336", Err(NumberError::TooLong)),
            (long, Err(NumberError::TooLong)),
            ("1e400", Err(NumberError::TooLong)),
            ("1e-400", Err(NumberError::TooLong)),
            ("1e99999999999999999999", Err(NumberError::TooLong)),
            (&zeros, Ok("7")),
            ("", Err(NumberError::Malformed)),
            ("-", Err(NumberError::Malformed)),
            ("1.", Err(NumberError::Malformed)),
            (".5", Err(NumberError::Malformed)),
            ("1e", Err(NumberError::Malformed)),
            ("1.2.3", Err(NumberError::Malformed)),
            ("٣", Err(NumberError::Malformed)),
        ] {
            let read = read_decimal(text).map(|number| number.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{}", text.get(..40).unwrap_or(text));
        }
    }

    #[test]
    fn multiplying_gives_the_exact_result_or_none() {
        let number = |text: &str| read_decimal(text).unwrap();
        assert_eq!(multiply(number("0.48"), 1000, 1), Some(number("480")));
        assert_eq!(multiply(number("90"), 1, 1440), Some(number("0.0625")));
        assert_eq!(multiply(number("10"), 1, 60), None);
        assert_eq!(multiply(number("30"), 1, 60), Some(number("0.5")));
        assert_eq!(multiply(Decimal::MAX, 1000, 1), None);
        assert_eq!(multiply(Decimal::ZERO, 7, 3), Some(Decimal::ZERO));
    }

    proptest! {
        #[test]
        fn fractions_compare_as_whole_numbers_do(a in any::<i64>(), b in any::<i64>(), n in 1..u64::MAX, m in 1..u64::MAX) {
            // a/n against b/m, in 128 bits.
            let expected = (i128::from(a) * i128::from(m >> 1).max(1)).cmp(&(i128::from(b) * i128::from(n >> 1).max(1)));
            let left = Fraction::of(Decimal::from(a)).times_ratio(1, u128::from(n >> 1).max(1));
            let right = Fraction::of(Decimal::from(b)).times_ratio(1, u128::from(m >> 1).max(1));
            prop_assert_eq!(left.compare(&right), expected);
            prop_assert_eq!(right.compare(&left), expected.reverse());
        }

        #[test]
        fn products_of_naturals_agree_with_machine_numbers(a in any::<u64>(), b in any::<u64>()) {
            let product = Natural::from(u128::from(a)).product(&Natural::from(u128::from(b)));
            prop_assert_eq!(product, Natural::from(u128::from(a) * u128::from(b)));
        }
    }

    #[test]
    fn the_longest_numbers_compare_exactly() {
        let factor = read_decimal("7.9228162514264337593543950335").unwrap();
        let left = Fraction::of(Decimal::MAX).times(factor).times(factor);
        let right = Fraction::of(Decimal::MAX).times(factor).times(factor);
        assert_eq!(left.compare(&right), Ordering::Equal);
        let larger = right.times(read_decimal("1.0000000000000000000000000001").unwrap());
        assert_eq!(left.compare(&larger), Ordering::Less);
    }
}
