//! What the commands need besides Cargo. What is missing is installed where that is possible; else the fault says
//! exactly what to install.

use std::{fs, path::Path};

use crate::{
    fault::Fault,
    sh::{answers, command, root, run, say},
};

/// The wasm target of the pinned toolchain.
pub fn wasm_target() -> Result<(), Fault> {
    let listed = std::process::Command::new("rustup")
        .args(["target", "list", "--installed"])
        .current_dir(root())
        .output()
        .map(|out| String::from_utf8_lossy(&out.stdout).contains("wasm32-unknown-unknown"));
    match listed {
        Ok(true) => Ok(()),
        Ok(false) => {
            say("installing the wasm target");
            run(command("rustup", &["target", "add", "wasm32-unknown-unknown"], "."))
        }
        // Without rustup the target may come with the toolchain; the build says so if it does not.
        Err(_) => Ok(()),
    }
}

/// Node 20 or newer, with npm.
pub fn node() -> Result<(), Fault> {
    let version = std::process::Command::new("node").arg("--version").output().ok();
    let major = version.and_then(|out| {
        String::from_utf8_lossy(&out.stdout)
            .trim()
            .trim_start_matches('v')
            .split('.')
            .next()?
            .parse::<u32>()
            .ok()
    });
    let fits = major.is_some_and(|major| major >= 20) && answers("npm", &["--version"]);
    if fits {
        Ok(())
    } else {
        Err(Fault::Setup("Node.js 20 or newer with npm is needed: install it and put it on PATH.".to_owned()))
    }
}

/// The packages of a folder's lock file, installed anew only when the lock file changed.
pub fn npm_packages(folder: &str) -> Result<(), Fault> {
    node()?;
    let place = root().join(folder);
    let lock = fs::read(place.join("package-lock.json"))
        .map_err(|e| Fault::Setup(format!("{folder}/package-lock.json cannot be read: {e}")))?;
    let stamp = place.join("node_modules/.stampcard-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say(&format!("installing the npm packages of {folder}"));
    let mut npm = command("npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run(npm)?;
    fs::write(&stamp, lock).map_err(|e| Fault::Setup(format!("{} cannot be written: {e}", stamp.display())))
}

/// Chromium's path: `STAMPCARD_CHROMIUM`, else the one without a window, installed by apt when root, else any there is. The
/// one without a window is the faster, and has no buttons of its own that could take the focus.
pub fn chromium() -> Result<String, Fault> {
    const HEADLESS: &str = "/usr/bin/chromium-headless-shell";
    let there = |path: &&str| Path::new(path).exists();
    let named = std::env::var("STAMPCARD_CHROMIUM").ok();
    if let Some(path) = named.as_deref().into_iter().chain([HEADLESS]).find(there) {
        return Ok(path.to_owned());
    }
    let missing = apt("chromium-headless-shell", "Chromium").err();
    let usual = [HEADLESS, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    usual.into_iter().find(there).map(str::to_owned).ok_or_else(|| {
        missing.unwrap_or_else(|| {
            Fault::Setup("Chromium is needed: install it, or name it in STAMPCARD_CHROMIUM.".to_owned())
        })
    })
}

/// Installs a Debian package when this is root on Debian; else says that `what` is needed.
pub fn apt(package: &str, what: &str) -> Result<(), Fault> {
    let advice = || Fault::Setup(format!("{what} is needed: on Debian, `apt-get install {package}`."));
    let root_user = std::process::Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if !root_user || !answers("apt-get", &["--version"]) {
        return Err(advice());
    }
    say(&format!("installing {what}"));
    let mut update = command("apt-get", &["update", "-qq"], ".");
    update.env("DEBIAN_FRONTEND", "noninteractive");
    let mut install = command("apt-get", &["install", "-y", "-qq", "--no-install-recommends", package], ".");
    install.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
    run(update).and_then(|()| run(install)).map_err(|_| advice())
}

/// Python 3 with `venv`.
pub fn python() -> Result<(), Fault> {
    if answers("python3", &["-c", "import venv, ensurepip"]) {
        return Ok(());
    }
    apt("python3-venv", "Python 3 with venv")
}
