//! Bodies of writes: JSON, small, exactly of their shape, carried out once.

use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, error::Category};
use sha2::{Digest, Sha256};
use stampcard_model::{
    IdempotencyKey,
    api::{ProblemCode, ProblemError},
};

use super::{
    auth::one,
    cache,
    error::{Failure, PROBLEM_JSON},
    observe::RequestId,
};
use crate::store::{Answer, Effect, Executed, Once, Outcome, Principal};

/// The largest body, in bytes.
pub(crate) const BODY_MAX: usize = 16 * 1024;
/// The longest text about one place, in characters.
const DETAIL_MAX: usize = 200;

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What is wrong with a body beyond its shape.
pub(super) trait Checked {
    /// Every place that is out of its range.
    fn faults(&self) -> Vec<ProblemError>;
}

/// One fault, if `fits` does not hold.
pub(super) fn fault(fits: bool, pointer: impl Into<String>, detail: &str) -> Option<ProblemError> {
    (!fits).then(|| ProblemError { pointer: pointer.into(), detail: detail.to_owned() })
}

/// A write: its body, and the key it is carried out once under.
pub(super) struct Keyed<T> {
    pub(super) body: T,
    key: IdempotencyKey,
    fingerprint: [u8; 32],
    request_id: String,
}

impl<T> Keyed<T> {
    /// What a store needs to carry the write out once. `view` is the answer to success.
    pub(super) fn once<V: Serialize>(
        &self,
        principal: Principal,
        language: String,
        view: impl FnOnce(&Effect) -> Option<(StatusCode, V)> + Send + 'static,
    ) -> Once {
        let request_id = self.request_id.clone();
        let answer = move |outcome: &Outcome| {
            let worded = match outcome {
                Ok(effect) => view(effect)
                    .and_then(|(status, view)| Some((status.as_u16(), serde_json::to_vec(&view).ok()?))),
                Err(refusal) => {
                    let failure = Failure::from(*refusal);
                    Some((failure.status().as_u16(), failure.body(&request_id)))
                }
            };
            let (status, body) = worded.unwrap_or_else(|| {
                // The ledger holds the effect, only its words are missing: the entries tell.
                let failure = Failure::from(ProblemCode::Internal);
                (failure.status().as_u16(), failure.body(&request_id))
            });
            Answer { status, language, body }
        };
        Once { principal, key: self.key.clone(), fingerprint: self.fingerprint, answer: Box::new(answer) }
    }
}

impl<T, S> FromRequest<S> for Keyed<T>
where
    T: DeserializeOwned + Serialize + Checked,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let RequestId(request_id) = RequestId::from_request_parts(&mut parts, state).await?;
        let key = one(&parts.headers, &HeaderName::from_static(IdempotencyKey::HEADER));
        let key =
            key.and_then(|key| IdempotencyKey::new(key).ok()).ok_or(ProblemCode::IdempotencyKeyMissing)?;
        if !is_json(&parts.headers) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let too_large = parts.headers.get(header::CONTENT_LENGTH).is_some_and(announces_too_much);
        if too_large {
            return Err(ProblemCode::BodyTooLarge.into());
        }
        let bytes = to_bytes(body, BODY_MAX).await.map_err(|error| {
            let too_large = std::error::Error::source(&error)
                .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
            Failure::from(if too_large { ProblemCode::BodyTooLarge } else { ProblemCode::BadRequest })
        })?;
        let (body, canonical) = read::<T>(&bytes)?;
        let faults = body.faults();
        if !faults.is_empty() {
            return Err(Failure::from(ProblemCode::InvalidBody).with(faults));
        }
        let fingerprint = fingerprint(&parts, &canonical);
        Ok(Self { body, key, fingerprint, request_id })
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get().cloned().ok_or_else(|| ProblemCode::Internal.into())
    }
}

/// What a store did, as a response.
pub(super) fn respond(executed: Executed) -> Response {
    let (answer, replayed) = match executed {
        Executed::Now(_, Some(answer)) => (answer, false),
        Executed::Before(answer) => (answer, true),
        Executed::Now(_, None) => return Failure::from(ProblemCode::Internal).into_response(),
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { "application/json" } else { PROBLEM_JSON };
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cache::name_language(headers, &answer.language);
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Tells writes apart: the SHA-256 of method, path and body. The body is written from what was read of it, so neither
/// white space nor the order of keys counts.
fn fingerprint(parts: &Parts, canonical: &Value) -> [u8; 32] {
    let canonical = canonical.to_string();
    let mut hash = Sha256::new();
    for part in [parts.method.as_str(), parts.uri.path(), &canonical] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn is_json(headers: &HeaderMap) -> bool {
    one(headers, &header::CONTENT_TYPE).is_some_and(|value| {
        let kind = value.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
    })
}

fn announces_too_much(length: &HeaderValue) -> bool {
    length
        .to_str()
        .ok()
        .and_then(|length| length.parse::<usize>().ok())
        .is_some_and(|length| length > BODY_MAX)
}

/// Reads JSON of exactly the shape of `T`, and writes again what was read of it.
fn read<T: DeserializeOwned + Serialize + Checked>(bytes: &[u8]) -> Result<(T, Value), Failure> {
    // First whether it is JSON at all, to its end: the shape is only asked of what is.
    let given: Value = serde_json::from_slice(bytes).map_err(|error| no_json(&error))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        match inner.classify() {
            Category::Data => {
                let detail = inner.to_string();
                Failure::from(ProblemCode::InvalidBody)
                    .at(json_pointer(error.path(), &detail), shortened(&detail))
            }
            Category::Io | Category::Syntax | Category::Eof => no_json(inner),
        }
    })?;
    // A word that this version has not heard of is read as such and cannot be written.
    let canonical = serde_json::to_value(&body).map_err(|_| match body.faults() {
        faults if faults.is_empty() => Failure::from(ProblemCode::Internal),
        faults => Failure::from(ProblemCode::InvalidBody).with(faults),
    })?;
    let mut place = String::new();
    if is_list_for_object(&given, &canonical, &mut place) {
        return Err(Failure::from(ProblemCode::InvalidBody).at(place, "is not an object"));
    }
    Ok((body, canonical))
}

/// Whether something was given as a list of fields instead of an object with their names, which serde would read, too;
/// `place` becomes its pointer.
pub(crate) fn is_list_for_object(given: &Value, read: &Value, place: &mut String) -> bool {
    let mut within = |name: &str, given: &Value, read: &Value| {
        let length = place.len();
        push(place, name);
        let found = is_list_for_object(given, read, place);
        if !found {
            place.truncate(length);
        }
        found
    };
    match (given, read) {
        (Value::Array(_), Value::Object(_)) => true,
        (Value::Object(given), Value::Object(read)) => {
            given.iter().any(|(name, given)| read.get(name).is_some_and(|read| within(name, given, read)))
        }
        (Value::Array(given), Value::Array(read)) => given
            .iter()
            .zip(read)
            .enumerate()
            .any(|(index, (given, read))| within(&index.to_string(), given, read)),
        _ => false,
    }
}

fn no_json(error: &serde_json::Error) -> Failure {
    Failure::from(ProblemCode::BadRequest).at("", shortened(&error.to_string()))
}

/// A JSON pointer (RFC 6901). A field that is unknown or missing is named by its own place, not by that around it.
pub(crate) fn json_pointer(path: &serde_path_to_error::Path, detail: &str) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        let place = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        push(&mut pointer, &place);
    }
    let named = detail.strip_prefix("unknown field `").or_else(|| detail.strip_prefix("missing field `"));
    if let Some((field, _)) = named.and_then(|rest| rest.split_once('`')) {
        let already = pointer.rsplit('/').next() == Some(field);
        if !already {
            push(&mut pointer, field);
        }
    }
    shortened(&pointer)
}

fn push(pointer: &mut String, place: &str) {
    pointer.push('/');
    pointer.push_str(&place.replace('~', "~0").replace('/', "~1"));
}

fn shortened(text: &str) -> String {
    text.chars().take(DETAIL_MAX).collect()
}
