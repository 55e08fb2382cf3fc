//! The secret keys: from the settings, or a generated file that only the owner can read.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::tokens::{KEY_BYTES, Keys};
use secrecy::{ExposeSecret, SecretString};

use crate::settings::Settings;

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error(
        "secret.keys must be base64 of {KEY_BYTES} bytes each; make one with: openssl rand -base64 {KEY_BYTES}"
    )]
    NotAKey,
    #[error("the secret key's file {path}: {cause}")]
    File { path: String, cause: std::io::Error },
    #[error("secret.keys must hold a key")]
    None,
}

/// The keys to sign and verify with.
///
/// # Errors
/// A sentence that names the setting or the file.
pub fn keys(settings: &Settings) -> Result<Keys, SecretError> {
    let keys = if settings.secret_keys.is_empty() {
        vec![from_file(&settings.data_dir.join("secret.key"))?]
    } else {
        settings
            .secret_keys
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?
    };
    Keys::new(keys).map_err(|_| SecretError::None)
}

fn from_file(path: &Path) -> Result<[u8; KEY_BYTES], SecretError> {
    let failed = |cause| SecretError::File {
        path: path.display().to_string(),
        cause,
    };
    if !path.exists() {
        let key: [u8; KEY_BYTES] = rand::random();
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        writeln!(file, "{}", STANDARD.encode(key)).map_err(failed)?;
        file.sync_all().map_err(failed)?;
    }
    read(&fs::read_to_string(path).map_err(failed)?.into())
}

fn read(text: &SecretString) -> Result<[u8; KEY_BYTES], SecretError> {
    STANDARD
        .decode(text.expose_secret().trim())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(SecretError::NotAKey)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_file_is_made_once_and_for_the_owner_only() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("secret.key");
        let key = from_file(&path)?;
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
        assert_eq!(from_file(&path)?, key);
        fs::write(&path, "not a key")?;
        assert!(matches!(from_file(&path), Err(SecretError::NotAKey)));
        Ok(())
    }
}
