//! The demo as a whole: folders, keys, both servers, and the order in which they start and stop.

use std::{
    fs::{self, File, TryLockError},
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use stampcard_server::{
    App, Settings,
    settings::{
        MemberTokens, ProgramSettings, ProgramSource, PublishableKey, Secret, SecretKeyHash, SecretSource,
    },
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, oneshot, watch},
};

use crate::{
    Fault,
    book::Book,
    catalog::Catalog,
    http,
    loyalty::{ISSUER, Loyalty},
    program,
    secrets::Secrets,
    seed::{self, SeedClock},
    shop::{Shop, ShopParts},
    words::Words,
};

const LEDGER: &str = "ledger.db";
const BOOK: &str = "shop.db";
/// How long a shutdown waits for open requests of the shop.
const GRACE: Duration = Duration::from_secs(5);

/// How the demo is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The shop's port on 127.0.0.1; the loyalty API takes the next one. 0 takes two free ones.
    pub port: u16,
    /// The folder of databases and keys, kept between runs. It is created when it is not there.
    pub data: PathBuf,
    /// The folder of the shop's pages.
    pub www: PathBuf,
    /// The folder of the widget's files.
    pub sdk: PathBuf,
    /// Starts over with empty databases.
    pub fresh: bool,
    /// How long a member token lives, in seconds: 1 to 600.
    pub token_life_s: u32,
}

/// A demo that listens and does not answer yet.
pub struct Demo {
    shop: Shop,
    app: App,
    shop_listener: TcpListener,
    api_listener: TcpListener,
    shop_origin: String,
    /// Held for as long as the demo uses its data folder.
    _lock: File,
}

impl Demo {
    /// Looks after the folders, listens on both ports, opens both databases, and books the members' history if that was
    /// not done before.
    ///
    /// # Errors
    /// A [`Fault`]: a sentence for the person who started the demo.
    pub async fn start(options: &Options) -> Result<Self, Fault> {
        check_folders(options)?;
        let words = Words::read(&options.www)?;
        let lock = lock(&options.data)?;
        let (shop_listener, api_listener) = listen(options.port).await?;
        let (shop_port, api_port) = (port_of(&shop_listener)?, port_of(&api_listener)?);
        if options.fresh || !is_seeded(&options.data)? {
            start_over(&options.data)?;
        }
        let secrets = Secrets::of(&options.data)?;
        let origins = ["127.0.0.1", "localhost"].map(|host| format!("http://{host}:{shop_port}")).to_vec();
        let clock = SeedClock::default();
        let app = App::open_with(settings(&options.data, &secrets, origins.clone()), clock.seams())?;
        let program = program();
        let audience = program.id.to_string();
        let shop = Arc::new(ShopParts {
            catalog: Catalog::own(),
            loyalty: Loyalty::new(app.clone(), secrets.clone(), audience, options.token_life_s),
            program,
            book: open_book(&options.data)?,
            till: Mutex::new(()),
            www: options.www.clone(),
            sdk: options.sdk.clone(),
            words,
            endpoint: format!("http://127.0.0.1:{api_port}"),
            publishable_key: secrets.publishable_key,
            origins,
        });
        seed::seed(&shop, &clock).await?;
        // What cannot be finished now is tried again when its buyer looks at it.
        if let Err(problem) = shop.finish_all().await {
            tracing::warn!(?problem, "some orders are not finished yet");
        }
        let shop_origin = format!("http://127.0.0.1:{shop_port}");
        Ok(Self { shop, app, shop_listener, api_listener, shop_origin, _lock: lock })
    }

    /// Where the shop is.
    pub fn shop_origin(&self) -> &str {
        &self.shop_origin
    }

    /// Where the loyalty API is.
    pub fn api_origin(&self) -> &str {
        &self.shop.endpoint
    }

    /// The key that the shop's pages carry.
    pub fn publishable_key(&self) -> &str {
        &self.shop.publishable_key
    }

    /// The loyalty API without its socket.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The shop without its socket. Writes need the header `Origin` with the shop's origin.
    pub fn shop_router(&self) -> Router {
        http::router(Arc::clone(&self.shop))
    }

    /// Answers on both ports until `stop` resolves, then finishes what was accepted: the shop first, as it needs the API.
    ///
    /// # Errors
    /// Fails when a listener or the last writes do.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let router = self.shop_router();
        let (api_stop, api_stopped) = oneshot::channel::<()>();
        let api_stop_wish = async {
            // An error means that the sender is gone, which says the same.
            let _ = api_stopped.await;
        };
        let api = tokio::spawn(stampcard_server::serve(self.app, self.api_listener, api_stop_wish));
        let (stopping, mut stopped) = watch::channel(false);
        let until_stop = async move {
            stop.await;
            stopping.send_replace(true);
        };
        let shop = axum::serve(self.shop_listener, router).with_graceful_shutdown(until_stop);
        let out_of_patience = async {
            // An error means that the sender is gone, which is after the server ended.
            let _ = stopped.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(GRACE).await;
        };
        let served = tokio::select! {
            served = async { shop.await } => served,
            () = out_of_patience => Ok(()),
        };
        drop(api_stop);
        api.await.map_err(io::Error::other)??;
        served
    }
}

fn check_folders(options: &Options) -> Result<(), Fault> {
    for (folder, file, what, remedy) in [
        (&options.www, "index.html", "shop's pages", "Point --www to the repository's www folder."),
        (&options.sdk, "stampcard.js", "widget's files", "Build them with: cargo xtask build"),
    ] {
        let place = folder.join(file);
        if !place.is_file() {
            return Err(Fault::Missing { what, place, remedy });
        }
    }
    Ok(())
}

/// Takes the data folder for this demo alone; that it can be written is found out by the way.
fn lock(data: &Path) -> Result<File, Fault> {
    let read_only = |error| Fault::ReadOnly(data.to_owned(), error);
    fs::create_dir_all(data).map_err(read_only)?;
    let file =
        fs::OpenOptions::new().create(true).append(true).open(data.join("demo.lock")).map_err(read_only)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::InUse(data.to_owned())),
        Err(TryLockError::Error(error)) => Err(read_only(error)),
    }
}

async fn listen(port: u16) -> Result<(TcpListener, TcpListener), Fault> {
    let bind = async |port: u16| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpListener::bind(address).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => Fault::PortTaken(port),
            _ => Fault::Listen(port, error),
        })
    };
    let shop = bind(port).await?;
    let api = bind(if port == 0 { 0 } else { port.saturating_add(1) }).await?;
    Ok((shop, api))
}

fn port_of(listener: &TcpListener) -> Result<u16, Fault> {
    listener.local_addr().map(|address| address.port()).map_err(|error| Fault::Listen(0, error))
}

/// Whether a history was booked to its end.
fn is_seeded(data: &Path) -> Result<bool, Fault> {
    if !data.join(BOOK).is_file() || !data.join(LEDGER).is_file() {
        return Ok(false);
    }
    let broken = |error: rusqlite::Error| Fault::Broken(data.join(BOOK), error.to_string());
    open_book(data)?.is_seeded().map_err(broken)
}

fn open_book(data: &Path) -> Result<Book, Fault> {
    let file = data.join(BOOK);
    Book::open(&file).map_err(|error| Fault::Broken(file, error.to_string()))
}

/// Removes both databases and the keys.
fn start_over(data: &Path) -> Result<(), Fault> {
    let files =
        [LEDGER, BOOK].into_iter().flat_map(|name| ["", "-wal", "-shm"].map(|end| format!("{name}{end}")));
    for name in files.chain(["secrets.json".to_owned()]) {
        match fs::remove_file(data.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Fault::ReadOnly(data.to_owned(), error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn settings(data: &Path, secrets: &Secrets, origins: Vec<String>) -> Settings {
    let program = ProgramSettings {
        program: ProgramSource::Inline(Box::new(program())),
        publishable_keys: vec![PublishableKey { key: secrets.publishable_key.clone(), origins }],
        secret_keys: vec![SecretKeyHash::of(&secrets.secret_key)],
        member_tokens: MemberTokens {
            secret: Some(SecretSource::Value(Secret::new(&secrets.token_secret))),
            issuer: Some(ISSUER.to_owned()),
            ..MemberTokens::default()
        },
    };
    Settings { database: data.join(LEDGER), programs: vec![program], ..Settings::default() }
}
