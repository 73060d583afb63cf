//! A ZIP file of a few small files, stored as they are (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). Nothing is read here, nothing
//! compressed, and no time is written: the same files give the same bytes.

/// 1980-01-01, the first day that the format knows.
const DAY: u16 = 0x0021;
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 0x0800;

/// The files under their names, in this order. Sizes have to stay below 4 GiB, as those of a pack do.
pub fn stored(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let at = size(out.len());
        let entry = entry(name, bytes);
        out.extend(0x0403_4b50_u32.to_le_bytes());
        out.extend(&entry);
        out.extend(name.as_bytes());
        out.extend(bytes);
        directory.extend(0x0201_4b50_u32.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&entry);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (many, start) = (u16::try_from(files.len()).unwrap_or(u16::MAX), size(out.len()));
    out.extend(&directory);
    out.extend(0x0605_4b50_u32.to_le_bytes());
    out.extend([0; 4]);
    out.extend(many.to_le_bytes());
    out.extend(many.to_le_bytes());
    out.extend(size(directory.len()).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// What both headers of a file have in common.
fn entry(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut entry = Vec::new();
    for word in [VERSION, UTF8, 0, 0, DAY] {
        entry.extend(word.to_le_bytes());
    }
    entry.extend(crc32(bytes).to_le_bytes());
    entry.extend(size(bytes.len()).to_le_bytes());
    entry.extend(size(bytes.len()).to_le_bytes());
    entry.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    entry.extend([0; 2]);
    entry
}

fn size(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// CRC-32 (ISO 3309), bit by bit: packs are small.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_standard_comes_out() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn an_archive_says_what_is_in_it_and_where() {
        let made = stored(&[("one.txt", b"first".to_vec()), ("two.txt", Vec::new())]);
        assert_eq!(made, stored(&[("one.txt", b"first".to_vec()), ("two.txt", Vec::new())]));
        assert!(made.starts_with(b"PK\x03\x04"));
        let end = made.len() - 22;
        assert_eq!(made[end..end + 4], *b"PK\x05\x06");
        assert_eq!(made[end + 10..end + 12], [2, 0]);
        let start = u32::from_le_bytes(made[end + 16..end + 20].try_into().unwrap()) as usize;
        assert_eq!(made[start..start + 4], *b"PK\x01\x02");
    }
}
