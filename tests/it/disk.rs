//! A disk that tests look into: it stands between SQLite and the files of one folder, writes down what each write and
//! each sync did, and fails when it is told to.
#![expect(unsafe_code, reason = "SQLite's file layer is a table of C functions")]

use std::{
    collections::BTreeMap,
    ffi::{CStr, c_char, c_int, c_void},
    fs,
    path::{Path, PathBuf},
    ptr,
    sync::{Arc, Mutex, Once, PoisonError, Weak},
};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

/// What happened, in order.
enum Event {
    Wrote {
        file: String,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncated {
        file: String,
        to: usize,
    },
    Synced {
        file: String,
    },
    Removed {
        file: String,
    },
    /// Somebody was told of success, who relies on it from now on.
    Told(String),
}

/// How a disk fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No byte more fits on it.
    Full,
    /// What was written cannot be made durable.
    NoSync,
    /// A database that is opened from now on can only be read.
    ReadOnly,
    /// It says that it has made the write-ahead log durable, and has not.
    LyingAboutTheLog,
}

/// The files of one folder. Watching ends with the last handle.
pub struct Disk {
    folder: PathBuf,
    events: Mutex<Vec<Event>>,
    fault: Mutex<Option<Fault>>,
}

static WATCHED: Mutex<Vec<Weak<Disk>>> = Mutex::new(Vec::new());

impl Disk {
    /// Watches what is opened below a folder from now on.
    pub fn watch(folder: &Path) -> Arc<Self> {
        register();
        let folder = folder.canonicalize().unwrap();
        let disk = Arc::new(Self { folder, events: Mutex::default(), fault: Mutex::default() });
        locked(&WATCHED).push(Arc::downgrade(&disk));
        disk
    }

    pub fn fail(&self, fault: impl Into<Option<Fault>>) {
        *locked(&self.fault) = fault.into();
    }

    /// Writes down that somebody was told.
    pub fn told(&self, what: &str) {
        locked(&self.events).push(Event::Told(what.to_owned()));
    }

    /// The moments right after somebody was told.
    pub fn moments(&self) -> Vec<usize> {
        let events = locked(&self.events);
        let told = events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Told(_)));
        told.map(|(at, _)| at + 1).collect()
    }

    /// What was told until a moment.
    pub fn told_until(&self, moment: usize) -> Vec<String> {
        let events = locked(&self.events);
        let told = events.iter().take(moment).filter_map(|event| match event {
            Event::Told(what) => Some(what.clone()),
            _ => None,
        });
        told.collect()
    }

    /// Lays down, in another folder, what a power cut at a moment leaves: all that was synced, and of the other writes
    /// those that `survives` says yes to, which a disk may choose as it likes. That a file is made or removed counts as
    /// durable at once.
    pub fn cut(&self, moment: usize, into: &Path, mut survives: impl FnMut() -> bool) {
        let mut durable: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        let mut pending: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        let events = locked(&self.events);
        for event in events.iter().take(moment) {
            match event {
                Event::Wrote { file, .. } | Event::Truncated { file, .. } => {
                    pending.entry(file).or_default().push(event);
                }
                Event::Synced { file } => {
                    let content = durable.entry(file).or_default();
                    pending
                        .remove(file.as_str())
                        .into_iter()
                        .flatten()
                        .for_each(|event| apply(content, event));
                }
                Event::Removed { file } => {
                    durable.remove(file.as_str());
                    pending.remove(file.as_str());
                }
                Event::Told(_) => {}
            }
        }
        for (file, writes) in pending {
            let content = durable.entry(file).or_default();
            writes.into_iter().filter(|_| survives()).for_each(|event| apply(content, event));
        }
        for (file, content) in durable {
            fs::write(into.join(file), content).unwrap();
        }
    }

    fn fault(&self) -> Option<Fault> {
        *locked(&self.fault)
    }

    fn note(&self, event: Event) {
        locked(&self.events).push(event);
    }
}

fn apply(content: &mut Vec<u8>, event: &Event) {
    match event {
        Event::Wrote { at, bytes, .. } => {
            let end = at + bytes.len();
            content.resize(content.len().max(end), 0);
            content[*at..end].copy_from_slice(bytes);
        }
        Event::Truncated { to, .. } => content.truncate(*to),
        Event::Synced { .. } | Event::Removed { .. } | Event::Told(_) => {}
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An open file: ours first, then the real one's own memory.
#[repr(C)]
struct File {
    base: sqlite3_file,
    watch: *mut Watch,
}

struct Watch {
    disk: Arc<Disk>,
    name: String,
}

/// Makes the file layer of this process ours. Files of folders that nobody watches are opened past it.
fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        // SAFETY: SQLite's own file layer lives as long as the process, and so does our copy of its table, of which only
        // opening and removing are different.
        unsafe {
            let real = ffi::sqlite3_vfs_find(ptr::null());
            let mut ours = ptr::read(real);
            ours.szOsFile += size_of::<File>() as c_int;
            ours.zName = c"watched".as_ptr();
            ours.pNext = ptr::null_mut();
            ours.pAppData = real.cast();
            ours.xOpen = Some(open);
            ours.xDelete = Some(remove);
            assert_eq!(ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 1), ffi::SQLITE_OK);
        }
    });
}

// SAFETY, for all that follow: SQLite calls them with a file that `open` made and that is not closed yet; the real file
// lies right behind ours in memory that SQLite keeps for both, and is called exactly as SQLite called us.

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    mut flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        let real_vfs: *mut sqlite3_vfs = (*vfs).pAppData.cast();
        let real_open = (*real_vfs).xOpen.unwrap();
        let Some((disk, name_on_disk)) = watched(name) else {
            return real_open(real_vfs, name, file, flags, out);
        };
        if disk.fault() == Some(Fault::ReadOnly) && flags & ffi::SQLITE_OPEN_MAIN_DB != 0 {
            flags =
                flags & !(ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE) | ffi::SQLITE_OPEN_READONLY;
        }
        (*file).pMethods = ptr::null();
        let code = real_open(real_vfs, name, real(file), flags, out);
        if code == ffi::SQLITE_OK {
            (*file.cast::<File>()).watch = Box::into_raw(Box::new(Watch { disk, name: name_on_disk }));
            (*file).pMethods = &METHODS;
        }
        code
    }
}

unsafe extern "C" fn remove(vfs: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    unsafe {
        let real_vfs: *mut sqlite3_vfs = (*vfs).pAppData.cast();
        let code = ((*real_vfs).xDelete.unwrap())(real_vfs, name, sync);
        if let Some((disk, file)) = watched(name).filter(|_| code == ffi::SQLITE_OK) {
            disk.note(Event::Removed { file });
        }
        code
    }
}

/// The disk that watches a file, and the file's name on it.
unsafe fn watched(name: *const c_char) -> Option<(Arc<Disk>, String)> {
    if name.is_null() {
        return None;
    }
    let path = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    let path = Path::new(path.as_ref());
    let disks = locked(&WATCHED);
    let disk = disks.iter().filter_map(Weak::upgrade).find(|disk| path.starts_with(&disk.folder))?;
    Some((disk, path.file_name()?.to_string_lossy().into_owned()))
}

unsafe fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    unsafe { file.cast::<File>().add(1).cast() }
}

unsafe fn watch<'a>(file: *mut sqlite3_file) -> &'a Watch {
    unsafe { &*(*file.cast::<File>()).watch }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        drop(Box::from_raw((*file.cast::<File>()).watch));
        let real = real(file);
        ((*(*real).pMethods).xClose.unwrap())(real)
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    n: c_int,
    at: sqlite3_int64,
) -> c_int {
    unsafe {
        let (real, watch) = (real(file), watch(file));
        if watch.disk.fault() == Some(Fault::Full) {
            return ffi::SQLITE_FULL;
        }
        let code = ((*(*real).pMethods).xWrite.unwrap())(real, from, n, at);
        if code == ffi::SQLITE_OK {
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), n as usize).to_vec();
            watch.disk.note(Event::Wrote { file: watch.name.clone(), at: at as usize, bytes });
        }
        code
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, to: sqlite3_int64) -> c_int {
    unsafe {
        let (real, watch) = (real(file), watch(file));
        watch.disk.note(Event::Truncated { file: watch.name.clone(), to: to as usize });
        ((*(*real).pMethods).xTruncate.unwrap())(real, to)
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        let (real, watch) = (real(file), watch(file));
        match watch.disk.fault() {
            Some(Fault::NoSync) => return ffi::SQLITE_IOERR_FSYNC,
            Some(Fault::LyingAboutTheLog) if watch.name.ends_with("-wal") => return ffi::SQLITE_OK,
            _ => {}
        }
        // Whoever is told before the end of this is told too early, and has the time to say so.
        std::thread::sleep(std::time::Duration::from_millis(2));
        let code = ((*(*real).pMethods).xSync.unwrap())(real, flags);
        if code == ffi::SQLITE_OK {
            watch.disk.note(Event::Synced { file: watch.name.clone() });
        }
        code
    }
}

/// Functions that only hand on to the real file.
macro_rules! hand_on {
    ($($name:ident = $method:ident($($arg:ident: $type:ty),*) $(-> $out:ty)?;)*) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $arg: $type)*) $(-> $out)? {
            unsafe {
                let real = real(file);
                ((*(*real).pMethods).$method.unwrap())(real $(, $arg)*)
            }
        }
    )*};
}

hand_on! {
    read = xRead(into: *mut c_void, n: c_int, at: sqlite3_int64) -> c_int;
    file_size = xFileSize(size: *mut sqlite3_int64) -> c_int;
    lock = xLock(level: c_int) -> c_int;
    unlock = xUnlock(level: c_int) -> c_int;
    check_reserved_lock = xCheckReservedLock(out: *mut c_int) -> c_int;
    file_control = xFileControl(op: c_int, arg: *mut c_void) -> c_int;
    sector_size = xSectorSize() -> c_int;
    device_characteristics = xDeviceCharacteristics() -> c_int;
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void) -> c_int;
    shm_lock = xShmLock(offset: c_int, n: c_int, flags: c_int) -> c_int;
    shm_barrier = xShmBarrier();
    shm_unmap = xShmUnmap(delete: c_int) -> c_int;
}

/// Of version 2: without memory-mapped reading, which would pass by.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
