using System.Security.Cryptography;

namespace Reeve.Flexera.Credentials;

/// <summary>A private key in PEM, as a credential holds it.</summary>
internal static class PrivateKey
{
    /// <summary>The RSA key of <c>private_key</c>, in PKCS 1 or PKCS 8; one that is encrypted with its <c>passphrase</c>.</summary>
    public static RSA Read(CredentialFields fields)
    {
        var text = fields.Needed("private_key").Replace("\\n", "\n", StringComparison.Ordinal);
        var isEncrypted = text.Contains("ENCRYPTED", StringComparison.Ordinal);
        if (isEncrypted && !fields.Has("passphrase"))
        {
            throw fields.Wrong("`private_key` is encrypted, and the field `passphrase` is missing");
        }

        if (text.Contains("Proc-Type:", StringComparison.Ordinal))
        {
            throw fields.Wrong("`private_key` is encrypted in a form that is not supported; `openssl pkcs8 -topk8` makes one that is");
        }

        var rsa = RSA.Create();
        try
        {
            if (isEncrypted)
            {
                rsa.ImportFromEncryptedPem(text, fields.Text("passphrase"));
            }
            else
            {
                rsa.ImportFromPem(text);
            }

            return rsa;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw fields.Wrong(isEncrypted ? "`private_key` cannot be opened with its `passphrase`" : "`private_key` is no RSA key in PEM");
        }
    }
}
