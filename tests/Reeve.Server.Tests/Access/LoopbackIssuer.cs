using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Tests.Access;

/// <summary>An OpenID Connect issuer on loopback: a real server with its configuration and its keys, and tokens as wanted.</summary>
internal sealed class LoopbackIssuer : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly Dictionary<string, AsymmetricAlgorithm> _keys = [];
    private int _asked;

    private LoopbackIssuer(WebApplication web) => _web = web;

    public string Url => _web.Urls.First();

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public bool IsAway { get; set; }

    public static async Task<LoopbackIssuer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        var issuer = new LoopbackIssuer(web);
        web.Run(issuer.AnswerAsync);
        await web.StartAsync();
        return issuer;
    }

    public void AddRsa(string id, int bits = 2048) => _keys[id] = RSA.Create(bits);

    public void AddCurve(string id) => _keys[id] = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A token signed with one of its keys; the header's algorithm can be another than the true one.</summary>
    public string Token(string key, object claims, string? algorithm = null, AsymmetricAlgorithm? with = null)
    {
        var signer = with ?? _keys[key];
        var said = algorithm ?? (signer is RSA ? "RS256" : "ES256");
        var head = JsonSerializer.SerializeToUtf8Bytes(new { alg = said, kid = key, typ = "JWT" });
        var text = $"{Base64Url.EncodeToString(head)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = algorithm switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(((RSA)signer).ExportRSAPublicKey(), bytes),
            _ => signer is RSA rsa ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : ((ECDsa)signer).SignData(bytes, HashAlgorithmName.SHA256),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (IsAway)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }

        if (http.Request.Path == "/.well-known/openid-configuration")
        {
            return http.Response.WriteAsync(JsonSerializer.Serialize(new { issuer = Url, jwks_uri = $"{Url}/keys" }));
        }

        Interlocked.Increment(ref _asked);
        return http.Response.WriteAsync(JsonSerializer.Serialize(new { keys = _keys.Select(k => Public(k.Key, k.Value)).ToList() }));
    }

    private static Dictionary<string, string> Public(string id, AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var p = rsa.ExportParameters(false);
            return new()
            {
                ["kty"] = "RSA",
                ["kid"] = id,
                ["use"] = "sig",
                ["n"] = Base64Url.EncodeToString(p.Modulus),
                ["e"] = Base64Url.EncodeToString(p.Exponent),
            };
        }

        var q = ((ECDsa)key).ExportParameters(false).Q;
        return new()
        {
            ["kty"] = "EC",
            ["kid"] = id,
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(q.X),
            ["y"] = Base64Url.EncodeToString(q.Y),
        };
    }
}
