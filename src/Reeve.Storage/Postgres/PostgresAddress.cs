using Npgsql;

namespace Reeve.Storage.Postgres;

/// <summary>
/// How a PostgreSQL database is named: <c>postgres://user:password@host:port/database?option=value</c>, or Npgsql's keywords.
/// </summary>
public static class PostgresAddress
{
    private static readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["options"] = "Options",
    };

    /// <summary>Reads an address; <paramref name="mistake"/> says what is wrong with one that cannot be read.</summary>
    public static bool TryRead(string address, out string connectionString, out string? mistake)
    {
        connectionString = "";
        try
        {
            var read = IsUrl(address) ? FromUrl(new Uri(address, UriKind.Absolute)) : new NpgsqlConnectionStringBuilder(address);
            mistake = string.IsNullOrEmpty(read.Host) || string.IsNullOrEmpty(read.Database)
                ? "the database's address names no host or no database; write `postgres://user@host:5432/database`"
                : null;
            connectionString = read.ConnectionString;
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            // Not with the address itself: it may hold a password.
            mistake = "the database's address cannot be read; write `postgres://user@host:5432/database`";
        }

        return mistake is null;
    }

    private static bool IsUrl(string address) =>
        address.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        var read = new NpgsqlConnectionStringBuilder { Host = url.Host, Database = database };
        if (url.Port > 0)
        {
            read.Port = url.Port;
        }

        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            read.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            read.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = option.Split('=', 2) is [var n, var v] ? (n, Uri.UnescapeDataString(v)) : (option, "");
            // An SSL mode is spelled verify-full in URLs and VerifyFull as a keyword.
            var isMode = name.Equals("sslmode", StringComparison.OrdinalIgnoreCase);
            read[_options.GetValueOrDefault(name, name)] = isMode ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return read;
    }
}
