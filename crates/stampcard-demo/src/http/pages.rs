//! The pages a visitor walks through.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use crate::{
    MEMBERS,
    catalog::Product,
    problem::Problem,
    session::{self, Visitor},
    shop::{Shop, ShopParts},
    template::{self, Value},
    words::Language,
};

/// How many products stand below another.
const RELATED: usize = 4;
/// How many products of the shelf are likely on the first screen.
const ABOVE_THE_FOLD: usize = 4;
/// The header's balance on pages that have the classic script; elsewhere the page's own script mounts it.
const HEADER_BALANCE: &str = "<stampcard-balance compact></stampcard-balance>";

pub(super) fn router() -> Router<Shop> {
    Router::new()
        .route("/", get(home))
        .route("/product/{slug}", get(product))
        .route("/cart", get(cart))
        .route("/rewards", get(rewards))
        .route("/account", get(account))
        .route("/accessibility", get(accessibility))
        .fallback(lost)
}

async fn home(State(shop): State<Shop>, visitor: Visitor) -> Response {
    let products = shop.cards(shop.catalog.listed());
    shop.page(StatusCode::OK, "index.html", &visitor, |place| match place {
        "products" => products.as_ref().ok().cloned().map(Value::Markup),
        _ => None,
    })
}

async fn product(State(shop): State<Shop>, Path(slug): Path<String>, visitor: Visitor) -> Response {
    let Some(product) = shop.catalog.listed().find(|product| product.slug == slug) else {
        return lost(State(shop), visitor).await;
    };
    let others = || shop.catalog.listed().filter(|other| other.slug != slug);
    let alike = others().filter(|other| other.category == product.category);
    let unlike = others().filter(|other| other.category != product.category);
    let related = shop.cards(alike.chain(unlike).take(RELATED));
    shop.page(StatusCode::OK, "product.html", &visitor, |place| match place {
        "related" => related.as_ref().ok().cloned().map(Value::Markup),
        other => about(product, other),
    })
}

async fn cart(State(shop): State<Shop>, visitor: Visitor) -> Response {
    shop.page(StatusCode::OK, "cart.html", &visitor, |place| {
        (place == "balance").then(|| Value::Markup(String::new()))
    })
}

async fn rewards(State(shop): State<Shop>, visitor: Visitor) -> Response {
    shop.page(StatusCode::OK, "rewards.html", &visitor, |_| None)
}

async fn account(State(shop): State<Shop>, visitor: Visitor) -> Response {
    shop.page(StatusCode::OK, "account.html", &visitor, |_| None)
}

async fn accessibility(State(shop): State<Shop>, visitor: Visitor) -> Response {
    shop.page(StatusCode::OK, "accessibility.html", &visitor, |_| None)
}

pub(super) async fn lost(State(shop): State<Shop>, visitor: Visitor) -> Response {
    shop.page(StatusCode::NOT_FOUND, "404.html", &visitor, |_| None)
}

impl ShopParts {
    /// A page for a visitor. It differs from visitor to visitor, so nothing keeps it.
    pub(super) fn page(
        &self,
        status: StatusCode,
        file: &str,
        visitor: &Visitor,
        own: impl Fn(&str) -> Option<Value>,
    ) -> Response {
        match template::read(&self.www, file) {
            Ok(page) => {
                let filled =
                    template::fill(&page, |place| own(place).or_else(|| self.common(visitor, place)));
                let said = template::say(&filled, |key| self.words.text(visitor.language, key));
                let mut headers = HeaderMap::new();
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                if visitor.session.is_none() {
                    headers.insert(header::SET_COOKIE, session::start().1);
                }
                (status, headers, Html(said)).into_response()
            }
            Err(error) => {
                tracing::error!(file, %error, "a page cannot be read");
                Problem::Internal.into_response()
            }
        }
    }

    /// The values that every page may name.
    pub(super) fn common(&self, visitor: &Visitor, place: &str) -> Option<Value> {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        match place.split_once('.') {
            None => match place {
                "lang" => text(visitor.language.tag()),
                "endpoint" => text(&self.endpoint),
                "key" => text(&self.publishable_key),
                "origin" => text(self.origins.first()?),
                "balance" => Some(Value::Markup(HEADER_BALANCE.to_owned())),
                _ => None,
            },
            Some(("pressed", tag)) => {
                let known = Language::ALL.into_iter().find(|language| language.tag() == tag)?;
                text(if known == visitor.language { "true" } else { "false" })
            }
            Some(("selected", id)) => {
                let known = id == "guest" || MEMBERS.iter().any(|member| member.id == id);
                let selected = visitor.member.map_or("guest", |member| member.id) == id;
                known.then(|| Value::Markup(if selected { " selected" } else { "" }.to_owned()))
            }
            Some(_) => None,
        }
    }

    /// The cards of some products.
    fn cards<'a>(&self, products: impl Iterator<Item = &'a Product>) -> std::io::Result<String> {
        let card = template::part_named(&self.www, "product-card");
        let card = card.inspect_err(|error| tracing::error!(%error, "the product card cannot be read"))?;
        let cards = products.enumerate().map(|(index, product)| {
            template::fill(&card, |place| match place {
                "loading" => {
                    Some(Value::Text(if index < ABOVE_THE_FOLD { "eager" } else { "lazy" }.to_owned()))
                }
                other => about(product, other),
            })
        });
        Ok(cards.collect::<Vec<_>>().join("\n"))
    }
}

/// The values that are about one product.
fn about(product: &Product, place: &str) -> Option<Value> {
    let text = match place {
        "slug" => product.slug.clone(),
        "sku" => product.sku.to_string(),
        "category" => product.category.to_string(),
        "price" => format!("€{}.{:02}", product.price_minor / 100, product.price_minor % 100),
        "amount" => format!("{}.{:02}", product.price_minor / 100, product.price_minor % 100),
        "hidden.single" => {
            let earns_double = product.category.as_str() == "teaware";
            return Some(Value::Markup(if earns_double { "" } else { " hidden" }.to_owned()));
        }
        _ => return None,
    };
    Some(Value::Text(text))
}
