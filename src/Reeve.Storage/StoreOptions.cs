namespace Reeve.Storage;

/// <summary>Which database keeps the record.</summary>
public sealed class StoreOptions
{
    /// <summary>The folder of this process's data; the SQLite file is in it. Made when it is not there.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A PostgreSQL database by its URL (or Npgsql's keywords); null, the default, for SQLite in the data folder.</summary>
    public string? Database { get; init; }
}
