//! The logo: whatever picture comes in, a small PNG is kept, drawn anew from its pixels. So nothing of
//! the file itself is ever given to anybody.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType,
    metadata::Orientation,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use sha2::{Digest, Sha256};
use tokio::{sync::Semaphore, task::spawn_blocking};
use types::{organization::LARGEST_LOGO, refusal::Refusal};

use super::{event, logo_of};
use crate::{
    Core, Fault, Outcome, audit,
    entity::logos,
    proof::{Admin, ManageOrganization},
};

/// Pixels of the longer side, as it is kept.
const LARGEST_SIDE: u32 = 512;
/// Pixels of the longer side, as it comes in.
const LARGEST_SIDE_READ: u32 = 4_096;
/// Bytes that reading a picture may take.
const MOST_MEMORY: u64 = 96 << 20;

/// Pictures are read one at a time: each takes memory.
static READERS: Semaphore = Semaphore::const_new(1);

/// Makes a picture the organization's logo, in the place of an earlier one.
///
/// # Errors
/// `LogoTooLarge` above 2 MB, or 4,096 pixels; `LogoUnreadable` for what is no PNG, JPEG or WebP, or
/// a damaged one.
pub async fn set_logo(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    file: Vec<u8>,
) -> Outcome<()> {
    if file.len() > LARGEST_LOGO {
        return Err(Refusal::LogoTooLarge.into());
    }
    let png = {
        let _turn = READERS.acquire().await.map_err(Fault::broken)?;
        spawn_blocking(move || redraw(&file))
            .await
            .map_err(Fault::broken)??
    };
    let hash = hash(&png);
    let now = core.now();
    let write = core.database.begin().await?;
    let before = logo_of(&write, admin.organization).await?;
    let before = before.map(|logo| logo.hash).unwrap_or_default();
    if before == hash {
        return Ok(());
    }
    logos::Entity::delete_by_id(admin.organization)
        .exec(&write)
        .await?;
    logos::ActiveModel {
        organization_id: Set(admin.organization),
        png: Set(png),
        hash: Set(hash.clone()),
    }
    .insert(&write)
    .await?;
    let event = event(admin, [("logo".to_owned(), before, hash)]);
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// Takes the logo away.
///
/// # Errors
/// `ChangedMeanwhile` where there is another one by now, or none, than the admin saw.
pub async fn remove_logo(
    core: &Core,
    admin: &Admin<ManageOrganization>,
    seen: &str,
) -> Outcome<()> {
    let now = core.now();
    let write = core.database.begin().await?;
    let before = logo_of(&write, admin.organization).await?;
    if before.is_none_or(|logo| logo.hash != seen) {
        return Err(Refusal::ChangedMeanwhile.into());
    }
    logos::Entity::delete_by_id(admin.organization)
        .exec(&write)
        .await?;
    let event = event(admin, [("logo".to_owned(), seen.to_owned(), String::new())]);
    audit::record(&write, core, now, event).await?;
    core.commit(write, admin.organization).await
}

/// The picture of that name, for whoever knows it.
///
/// # Errors
/// `NotFound`.
pub async fn logo(core: &Core, hash: &str) -> Outcome<Vec<u8>> {
    let png = logos::Entity::find()
        .select_only()
        .column(logos::Column::Png)
        .filter(logos::Column::Hash.eq(hash))
        .into_tuple::<Vec<u8>>()
        .one(core.database.read())
        .await?;
    Ok(png.ok_or(Refusal::NotFound)?)
}

/// Tells nothing to those who don't have the picture.
fn hash(png: &[u8]) -> String {
    let digest = Sha256::digest(png);
    let half = digest.first_chunk::<16>().copied().unwrap_or_default();
    format!("{:032x}", u128::from_be_bytes(half))
}

/// The picture as a PNG of at most `LARGEST_SIDE` pixels, upright, with nothing but its pixels.
fn redraw(file: &[u8]) -> Result<Vec<u8>, Fault> {
    let picture = read(file).map_err(|error| match error {
        image::ImageError::Limits(_) => Refusal::LogoTooLarge,
        _ => Refusal::LogoUnreadable,
    })?;
    let picture = if picture.width().max(picture.height()) > LARGEST_SIDE {
        picture.resize(LARGEST_SIDE, LARGEST_SIDE, FilterType::Lanczos3)
    } else {
        picture
    };
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(picture.into_rgba8())
        .write_to(&mut png, ImageFormat::Png)
        .map_err(Fault::broken)?;
    Ok(png.into_inner())
}

fn read(file: &[u8]) -> Result<DynamicImage, image::ImageError> {
    // By its first bytes, whatever it is called.
    let format = image::guess_format(file)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST_SIDE_READ);
    limits.max_image_height = Some(LARGEST_SIDE_READ);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}
