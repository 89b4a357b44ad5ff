using SQLitePCL;

namespace Reeve.Storage.Sqlite;

/// <summary>An error that SQLite answered, with its extended code.</summary>
internal sealed class SqliteFault(int code, string text) : Exception(text)
{
    public int Code { get; } = code;

    private int Primary => Code & 0xff;

    /// <summary>
    /// Is it the statement's own mistake (a constraint, bad SQL), and not the state of the file, the disk or other processes?
    /// </summary>
    public bool IsOfTheStatement => Primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_ERROR or raw.SQLITE_MISMATCH or raw.SQLITE_MISUSE
        or raw.SQLITE_RANGE or raw.SQLITE_TOOBIG;

    /// <summary>Is the connection better opened again before the next try?</summary>
    public bool SpoilsTheConnection => Primary is raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_CORRUPT
        or raw.SQLITE_NOTADB;

    /// <summary>The same for people: the file, and what to do.</summary>
    public StoreException Explain(string file) =>
        new($"`{file}`: {WhatToDo()}", Primary is not raw.SQLITE_CORRUPT and not raw.SQLITE_NOTADB, this);

    private string WhatToDo() => Primary switch
    {
        raw.SQLITE_NOTADB => "is not a SQLite database; name another data folder, or move the file away",
        raw.SQLITE_CORRUPT => $"is damaged ({Message}); put a backup in its place, or move the file away and start empty",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is locked by another process; end the program that has it open (`fuser` shows which)",
        raw.SQLITE_FULL => "cannot grow, the disk is full; free some space",
        raw.SQLITE_READONLY => "cannot be written; check the owner and the mode of the file and its folder",
        raw.SQLITE_CANTOPEN => "cannot be opened; check that the folder is there and that this user may write to it",
        raw.SQLITE_PERM or raw.SQLITE_AUTH => "may not be opened by this user; check the owner and the mode of the file",
        raw.SQLITE_IOERR => $"cannot be read or written ({Message}); check the disk",
        _ => Message,
    };
}
