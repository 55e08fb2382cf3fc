//! The logo: what comes in, and what is kept of it.

use std::io::Cursor;

use domain::{
    Outcome, organization,
    organization::{logo, remove_logo, set_logo},
    proof::{Admin, ManageOrganization},
    testing::TestUsher,
};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use serde_json::json;
use types::{organization::LARGEST_LOGO, refusal::Refusal};

use super::{changes, manager};
use crate::common::{invited, offer, refusal};

/// Red above, blue below.
fn picture(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, |_, y| {
        if y < height / 2 {
            Rgba([220, 10, 10, 255])
        } else {
            Rgba([10, 10, 220, 255])
        }
    }))
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.to_rgb8()),
        _ => picture.clone(),
    };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The same file with EXIF: how it is turned, and where it was taken.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"GPS of my house");
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    let mut file = jpeg[..2].to_vec();
    file.extend([0xff, 0xe1]);
    file.extend(length);
    file.extend(tiff);
    file.extend(&jpeg[2..]);
    file
}

/// The file of a picture that says it is of this size, with nothing of it behind.
fn boasting(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend([8, 6, 0, 0, 0]);
    let mut crc = u32::MAX;
    for byte in &file[12..] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    file.extend((!crc).to_be_bytes());
    file.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    file
}

async fn kept(
    usher: &TestUsher,
    admin: &Admin<ManageOrganization>,
    file: Vec<u8>,
) -> Outcome<Vec<u8>> {
    set_logo(&usher.core, admin, file).await?;
    let page = organization::read(&usher.core, admin).await?;
    logo(&usher.core, &page.logo.unwrap().hash).await
}

#[tokio::test]
async fn a_picture_is_drawn_anew_as_a_small_png() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        for (size, expected) in [((1_024, 600), (512, 300)), ((40, 20), (40, 20))] {
            let file = file(&picture(size.0, size.1), format);
            let png = kept(&usher, &admin, file).await.unwrap();
            assert_eq!(image::guess_format(&png).unwrap(), ImageFormat::Png);
            let drawn = image::load_from_memory(&png).unwrap().to_rgba8();
            assert_eq!(drawn.dimensions(), expected, "{format:?}");
            let (above, below) = (drawn.get_pixel(5, 2), drawn.get_pixel(5, expected.1 - 3));
            assert!(above[0] > 180 && above[2] < 60, "{format:?}: {above:?}");
            assert!(below[2] > 180 && below[0] < 60, "{format:?}: {below:?}");
        }
    }
}

#[tokio::test]
async fn nothing_but_the_pixels_stays_and_they_stand_upright() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let jpeg = with_exif(&file(&picture(40, 20), ImageFormat::Jpeg), 6);
    let png = kept(&usher, &manager(&owner), jpeg).await.unwrap();
    assert!(!png.windows(3).any(|bytes| bytes == b"GPS"));
    assert!(!png.windows(4).any(|bytes| bytes == b"eXIf"));
    let drawn = image::load_from_memory(&png).unwrap().to_rgba8();
    // A quarter to the right: what was above is on the right.
    assert_eq!(drawn.dimensions(), (20, 40));
    assert!(drawn.get_pixel(17, 20)[0] > 180);
    assert!(drawn.get_pixel(2, 20)[2] > 180);
}

#[tokio::test]
async fn anything_else_is_refused() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let before = usher.everything().await.unwrap();
    let png = file(&picture(40, 20), ImageFormat::Png);
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let jpeg = file(&picture(400, 200), ImageFormat::Jpeg);
    let webp = file(&picture(400, 200), ImageFormat::WebP);
    let cases: [(&str, Vec<u8>, Refusal); 13] = [
        ("nothing", Vec::new(), Refusal::LogoUnreadable),
        (
            "SVG",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec(),
            Refusal::LogoUnreadable,
        ),
        (
            "SVG with a declaration",
            b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            Refusal::LogoUnreadable,
        ),
        (
            "GIF",
            b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            Refusal::LogoUnreadable,
        ),
        (
            "BMP",
            b"BM\x1a\0\0\0\0\0\0\0\x1a\0\0\0".to_vec(),
            Refusal::LogoUnreadable,
        ),
        (
            "HTML",
            b"<!doctype html><script>".to_vec(),
            Refusal::LogoUnreadable,
        ),
        ("half a PNG", half(&png), Refusal::LogoUnreadable),
        ("half a WebP", half(&webp), Refusal::LogoUnreadable),
        (
            "the head of a JPEG",
            jpeg[..40].to_vec(),
            Refusal::LogoUnreadable,
        ),
        (
            "a PNG of 4 billion pixels",
            boasting(65_535, 65_535),
            Refusal::LogoTooLarge,
        ),
        (
            "a PNG without end",
            boasting(u32::MAX >> 1, 1),
            Refusal::LogoTooLarge,
        ),
        (
            "a wide PNG",
            file(&picture(4_097, 1), ImageFormat::Png),
            Refusal::LogoTooLarge,
        ),
        (
            "too many bytes",
            vec![0; LARGEST_LOGO + 1],
            Refusal::LogoTooLarge,
        ),
    ];
    for (what, file, expected) in cases {
        let done = kept(&usher, &admin, file).await;
        assert_eq!(refusal(done), expected, "{what}");
    }
    assert_eq!(usher.everything().await.unwrap(), before);
}

#[tokio::test]
async fn it_is_replaced_removed_and_remembered() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    let hash = async || {
        let page = organization::read(&usher.core, &admin).await.unwrap();
        page.logo.map(|logo| logo.hash)
    };
    let wide = file(&picture(40, 20), ImageFormat::Png);
    kept(&usher, &admin, wide.clone()).await.unwrap();
    let first = hash().await.unwrap();
    assert!(first.len() == 32 && first.bytes().all(|b| b.is_ascii_hexdigit()));
    // The same again is no change.
    kept(&usher, &admin, wide).await.unwrap();
    assert_eq!(changes(&usher).await.len(), 1);
    kept(&usher, &admin, file(&picture(20, 40), ImageFormat::Png))
        .await
        .unwrap();
    let second = hash().await.unwrap();
    let gone = logo(&usher.core, &first).await;
    assert_eq!(refusal(gone), Refusal::NotFound);
    let removed = remove_logo(&usher.core, &admin, &first).await;
    assert_eq!(refusal(removed), Refusal::ChangedMeanwhile);
    remove_logo(&usher.core, &admin, &second).await.unwrap();
    assert_eq!(hash().await, None);
    let logos: Vec<_> = changes(&usher).await;
    let change = |before: &str, after: &str| json!({ "before": { "logo": before }, "after": { "logo": after } });
    assert_eq!(
        logos,
        [
            change("", &first),
            change(&first, &second),
            change(&second, "")
        ]
    );
}

#[tokio::test]
async fn invitees_and_letters_show_it() {
    let (usher, owner) = TestUsher::with_owner().await.unwrap();
    let admin = manager(&owner);
    kept(&usher, &admin, file(&picture(40, 20), ImageFormat::Png))
        .await
        .unwrap();
    let token = invited(&usher, &owner, "ivan@north.example").await;
    let path = offer(&usher, &token).await.look.logo.unwrap();
    assert_eq!(
        organization::logo_path(&usher.core, &owner).await.unwrap(),
        Some(path.clone())
    );
    let sent = usher.mailer.sent();
    let src = format!("src=\"https://usher.example{path}\"");
    assert!(sent[0].html.contains(&src), "{}", sent[0].html);
    let other = usher.other_organization().await.unwrap();
    let theirs = organization::logo_path(&usher.core, &other).await;
    assert_eq!(theirs.unwrap(), None);
}
