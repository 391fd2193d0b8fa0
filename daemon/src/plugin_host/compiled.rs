//! Compiles each plugin once: what was compiled, or refused, is remembered by its digest.

use std::sync::Arc;

use jiff::Timestamp;

use super::code::Wasm;
use super::folder::Folder;
use super::host::PluginHost;
use super::loader::digest;
use super::plugin::Compiled;
use super::rejection::Rejection;

impl PluginHost {
    pub(super) async fn compiled_file(
        &self,
        folder: &mut Folder,
        bytes: Vec<u8>,
        now: Timestamp,
    ) -> Result<Arc<Compiled>, Rejection> {
        let digest = digest(&bytes);
        self.compiled(folder, Wasm::Kept(bytes.into()), digest, now).await
    }

    pub(super) async fn compiled(
        &self,
        folder: &mut Folder,
        wasm: Wasm,
        digest: String,
        now: Timestamp,
    ) -> Result<Arc<Compiled>, Rejection> {
        folder.seen.insert(digest.clone());
        if let Some(compiled) = folder.compiled.get(&digest) {
            return Ok(Arc::clone(compiled));
        }
        if let Some(rejection) = folder.refused.get(&digest) {
            return Err(rejection.clone());
        }
        match self.compile(wasm, digest.clone(), now).await {
            Ok(compiled) => {
                let compiled = Arc::new(compiled);
                folder.compiled.insert(digest, Arc::clone(&compiled));
                Ok(compiled)
            }
            Err(rejection) => {
                folder.refused.insert(digest, rejection.clone());
                Err(rejection)
            }
        }
    }
}
