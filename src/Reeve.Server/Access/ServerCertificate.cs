using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Reeve.Server.Hosting;

namespace Reeve.Server.Access;

/// <summary>
/// The certificate of the server, from two files. It is looked at again when somebody connects and the files are newer; a new one that
/// cannot be used is reported, and the last good one stays.
/// </summary>
internal sealed class ServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private X509Certificate2 _current;
    private DateTime _stamp;
    private long _lookedAt;

    /// <summary>Throws <see cref="StartException"/> when the files cannot be used.</summary>
    public ServerCertificate(string certificate, string key, TimeProvider time)
    {
        (_certificate, _key, _time) = (certificate, key, time);
        try
        {
            _stamp = Stamp();
            _current = Load();
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            throw new StartException(
                $"tls-cert: `{certificate}` and `{key}` cannot be used as a certificate and its key (PEM): {e.Message.TrimEnd('.')}", e)
            {
                IsWrongInput = true,
            };
        }

        _lookedAt = time.GetTimestamp();
    }

    /// <summary>Where trouble with newer files is reported.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>The certificate to show now.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_lookedAt) >= LookEvery)
                {
                    _lookedAt = _time.GetTimestamp();
                    Look();
                }

                return _current;
            }
        }
    }

    // the one before may still be in use by a connection that is being made, so it is left to the collector
    private void Look()
    {
        try
        {
            if (Stamp() is var stamp && stamp != _stamp)
            {
                _current = Load();
                _stamp = stamp;
                Logger?.CertificateTaken(_certificate, _current.NotAfter);
            }
        }
        catch (Exception e) when (IsOfFiles(e))
        {
            // between two writes the files need not fit together; the next look may find them whole
            Logger?.CertificateRefused(_certificate, e.Message);
        }
    }

    private DateTime Stamp()
    {
        var (a, b) = (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));
        return a > b ? a : b;
    }

    private X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(_certificate, _key);

    private static bool IsOfFiles(Exception e) =>
        e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;
}
