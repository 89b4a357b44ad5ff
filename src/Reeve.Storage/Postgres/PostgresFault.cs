using System.Net.Sockets;
using Npgsql;

namespace Reeve.Storage.Postgres;

/// <summary>Tells apart a statement's own mistake, and a server that is away; and says the latter for people.</summary>
internal static class PostgresFault
{
    // Classes of SQLSTATE: cardinality, data, constraint, SQL and rights, a limit (a key too long for an index), an unknown feature.
    private static readonly string[] _ofTheStatement = ["21", "22", "23", "42", "54", "0A"];

    public static bool IsOfTheStatement(PostgresException e) =>
        Array.Exists(_ofTheStatement, c => e.SqlState.StartsWith(c, StringComparison.Ordinal));

    /// <summary>Does it mean that the server, or the way to it, does not work for now?</summary>
    public static bool MeansAway(Exception e) => e switch
    {
        PostgresException p => !IsOfTheStatement(p),
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException => true,
        // Npgsql says so of a connection that broke between two calls.
        InvalidOperationException { Source: "Npgsql" } => true,
        _ => false,
    };

    public static StoreException Explain(string database, Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new(
            $"{database}: there is no such database; make it with `createdb`", false, e),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } p => new(
            $"{database}: the server refuses the user ({p.MessageText}); correct the user or the password in the address", false, e),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } p =>
            new($"{database}: the server's disk is full ({p.MessageText}); free some space", true, e),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => new(
            $"{database}: the server takes no writes, it is a standby; name the primary in the address", true, e),
        PostgresException p => new($"{database}: the server says {p.MessageText} ({p.SqlState})", true, e),
        _ => new($"{database}: cannot be reached ({(e.InnerException ?? e).Message}); start the server, or correct the address", true, e),
    };
}
