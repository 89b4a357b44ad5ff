using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Reeve.Server.Access;
using Reeve.Server.Access.Oidc;
using Reeve.Storage.Records;

namespace Reeve.Server.Hosting;

/// <summary>Where a Reeve listens and whom it lets in, put together from its options.</summary>
internal sealed class AccessParts : IDisposable
{
    private readonly ReeveOptions _options;
    private readonly ServerCertificate? _certificate;
    private TokenBook? _book;
    private OidcTokens? _oidc;

    private AccessParts(ReeveOptions options, IReadOnlyList<ListenPoint> points, ServerCertificate? certificate) =>
        (_options, Points, _certificate) = (options, points, certificate);

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<ListenPoint> Points { get; }

    /// <summary>The gate; after <see cref="Book"/>.</summary>
    public AccessGate Gate { get; private set; } = null!;

    /// <summary>Reads the options; throws <see cref="StartException"/> with every mistake.</summary>
    public static AccessParts Read(ReeveOptions options)
    {
        var problems = new List<string>();
        if (options.TlsCertificate is null != options.TlsKey is null)
        {
            problems.Add("tls-cert: a certificate needs its key, and a key its certificate; name both with `--tls-cert` and `--tls-key`");
        }

        if (options.Oidc is { } oidc && oidc.Problem() is { } problem)
        {
            problems.Add(problem);
        }

        if (options.Oidc is not null && options.Auth == ListenAddress.None)
        {
            problems.Add("oidc-issuer: with `--auth none` nobody is asked for a token; use `--auth tokens`");
        }

        var points = ListenAddress.Read(options.Urls, options.Auth, options.TlsCertificate is not null, problems);
        if (problems.Count > 0)
        {
            throw new StartException(string.Join("; ", problems)) { IsWrongInput = true };
        }

        return new AccessParts(
            options, points,
            options.TlsCertificate is { } file ? new ServerCertificate(file, options.TlsKey!, TimeProvider.System) : null);
    }

    /// <summary>Makes the book of tokens, and with it the gate.</summary>
    public TokenBook Book(TokenStore store, TimeProvider time)
    {
        _book = new TokenBook(store, time);
        _oidc = _options.Oidc is { } oidc ? new OidcTokens(oidc, new IssuerKeys(oidc, time), time) : null;
        Gate = new AccessGate(_options.Auth == ListenAddress.None, _book, _oidc);
        return _book;
    }

    /// <summary>Listens at a point.</summary>
    public void Listen(KestrelServerOptions kestrel, ListenPoint point) => kestrel.Listen(point.Address, listen =>
    {
        // without TLS the two versions of HTTP cannot share a port
        listen.Protocols = point.IsSecured ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        if (point.IsSecured)
        {
            listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => _certificate!.Current);
        }
    });

    /// <summary>Where trouble is reported from now on.</summary>
    public void Report(ILogger logger)
    {
        if (_certificate is not null)
        {
            _certificate.Logger = logger;
        }

        if (_oidc is not null)
        {
            _oidc.Keys.Logger = logger;
        }

        foreach (var point in Points.Where(p => !p.IsSecured && !System.Net.IPAddress.IsLoopback(p.Address.Address)))
        {
            logger.NotEncrypted(point.Address.ToString());
        }
    }

    /// <summary>Takes up the tokens that there are; gives the text of an admin's when there is none yet and tokens are asked for.</summary>
    public async Task<string?> TakeUpAsync(CancellationToken cancellationToken)
    {
        await _book!.LoadAsync(cancellationToken);
        if (Gate.IsOpen || _book.All.Count > 0)
        {
            return null;
        }

        var (_, text) = await _book.MakeAsync("first-admin", [Grant.Everything], null, "system", cancellationToken);
        return text;
    }

    public void Dispose() => _oidc?.Dispose();
}
