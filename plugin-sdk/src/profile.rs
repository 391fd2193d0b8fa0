//! From an auth profile and the operator's secrets to what is added to a request. Only the daemon and the replay harness
//! come here; a plugin never sees a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::{Digest as _, KeyInit as _};
use hmac::{Hmac, Mac as _};

use crate::Profile;

/// What a profile adds to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    pub headers: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
}

impl Profile {
    /// The value of a parameter as the plugin declared it, secrets as `{name}`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The secrets it takes, by name, each once.
    pub fn secrets(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (_, template) in &self.parameters {
            let mut rest = template.as_str();
            while let Some((_, after)) = rest.split_once('{') {
                let Some((name, tail)) = after.split_once('}') else { break };
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
                rest = tail;
            }
        }
        names
    }

    /// A parameter with its secrets filled in. `Err` names the secret that is missing.
    pub fn filled(&self, name: &str, secret: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
        fill(self.parameter(name).unwrap_or_default(), secret)
    }

    /// What a request of this profile carries. `token` is the one the daemon fetched for an OAuth profile. `Err` names
    /// the secret that is missing.
    pub fn attach(&self, secret: &dyn Fn(&str) -> Option<String>, token: Option<&str>) -> Result<Attachment, String> {
        let mut attachment = Attachment::default();
        match self.kind.as_str() {
            "header" => {
                for (name, template) in &self.parameters {
                    attachment.headers.push((name.clone(), fill(template, secret)?));
                }
            }
            "query" => {
                for (name, template) in &self.parameters {
                    attachment.query.push((name.clone(), fill(template, secret)?));
                }
            }
            "basic" => {
                let pair = format!("{}:{}", self.filled("username", secret)?, self.filled("password", secret)?);
                attachment.headers.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(pair))));
            }
            "bearer" => {
                let token = self.filled("token", secret)?;
                attachment.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
            }
            "oauth2_client_credentials" => {
                let token = token.unwrap_or_default();
                attachment.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
            }
            _ => {}
        }
        Ok(attachment)
    }
}

fn fill(template: &str, secret: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&secret(name).ok_or_else(|| name.to_owned())?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// A keyed digest, by the name the contract gives it; `None` for a name it does not have.
pub fn sign(algorithm: &str, key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    macro_rules! keyed {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(key).ok()?;
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    Some(match algorithm {
        "hmac_sha256" => keyed!(sha2::Sha256),
        "hmac_sha1" => keyed!(sha1::Sha1),
        "hmac_md5" => keyed!(md5::Md5),
        "md5_suffix" => md5::Md5::new().chain_update(message).chain_update(key).finalize().to_vec(),
        "sha256_suffix" => sha2::Sha256::new().chain_update(message).chain_update(key).finalize().to_vec(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &str) -> Option<String> {
        (name != "missing").then(|| format!("<{name}>"))
    }

    #[test]
    fn a_profile_names_its_secrets_and_carries_them() {
        let profile = Profile::header(
            "api",
            &[("X-IBM-Client-Id", "{client_id}"), ("X-Consent", "yes"), ("X-Key", "k {missing}")],
        );
        assert_eq!(profile.secrets(), ["client_id", "missing"]);
        assert_eq!(profile.attach(&secret, None), Err("missing".into()));
        let profile = Profile::header("api", &[("X-IBM-Client-Id", "{client_id}"), ("X-Consent", "yes")]);
        let attached = profile.attach(&secret, None).expect("every secret is there");
        assert_eq!(
            attached.headers,
            [("X-IBM-Client-Id".into(), "<client_id>".into()), ("X-Consent".into(), "yes".into())]
        );
    }

    #[test]
    fn basic_bearer_and_oauth_fill_the_authorization_header() {
        let header = |profile: Profile, token| {
            profile.attach(&|_| Some("s".into()), token).expect("secrets").headers.remove(0).1
        };
        assert_eq!(header(Profile::basic("api"), None), "Basic czpz");
        assert_eq!(header(Profile::bearer("api"), None), "Bearer s");
        assert_eq!(header(Profile::oauth2("api", "https://t.example/token", "", "form"), Some("t")), "Bearer t");
    }

    #[test]
    fn keyed_digests_match_their_published_test_vectors() {
        let hex =
            |bytes: Option<Vec<u8>>| bytes.map(|bytes| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>());
        let message = b"what do ya want for nothing?";
        // RFC 4231 test case 2, RFC 2202 test cases 2.
        let sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(sign("hmac_sha256", b"Jefe", message)).as_deref(), Some(sha256));
        assert_eq!(
            hex(sign("hmac_sha1", b"Jefe", message)).as_deref(),
            Some("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        );
        assert_eq!(hex(sign("hmac_md5", b"Jefe", message)).as_deref(), Some("750c783e6ab0b503eaa86e310a5db738"));
        assert_eq!(hex(sign("md5_suffix", b"", b"abc")).as_deref(), Some("900150983cd24fb0d6963f7d28e17f72"));
        assert_eq!(sign("rot13", b"", b""), None);
    }
}
