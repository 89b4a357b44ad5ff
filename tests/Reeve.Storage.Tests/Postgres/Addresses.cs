using Npgsql;
using Reeve.Storage.Postgres;

namespace Reeve.Storage.Tests.Postgres;

public sealed class Addresses
{
    [Fact]
    public void A_url_is_read_with_all_its_parts()
    {
        Assert.True(PostgresAddress.TryRead(
            "postgres://ann:p%40ss@db.example:6432/reeve%20one?sslmode=verify-full&connect_timeout=7", out var read, out var mistake));
        Assert.Null(mistake);
        var parts = new NpgsqlConnectionStringBuilder(read);
        Assert.Equal(
            ("ann", "p@ss", "db.example", 6432, "reeve one"), (parts.Username, parts.Password, parts.Host, parts.Port, parts.Database));
        Assert.Equal((SslMode.VerifyFull, 7), (parts.SslMode, parts.Timeout));
    }

    [Fact]
    public void Keywords_are_taken_as_they_are()
    {
        Assert.True(PostgresAddress.TryRead("Host=127.0.0.1;Database=reeve;Username=ann", out var read, out _));
        Assert.Equal("ann", new NpgsqlConnectionStringBuilder(read).Username);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("postgres://")]
    [InlineData("postgres://host")]
    [InlineData("postgres://ann:secret@host:99999999/db")]
    [InlineData("postgres://ann:secret@host/db?colour=red")]
    [InlineData("Host=h;Database=d;Port=secret")]
    public void What_cannot_be_read_is_told_without_the_password(string address)
    {
        Assert.False(PostgresAddress.TryRead(address, out _, out var mistake));
        Assert.StartsWith("the database's address ", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", mistake, StringComparison.Ordinal);
    }
}
