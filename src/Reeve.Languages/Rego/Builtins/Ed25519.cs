using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>
/// Signatures with Ed25519 (RFC 8032) by the OpenSSL that the runtime uses for all others; the framework does not offer them.
/// </summary>
internal static class Ed25519
{
    private const string Library = "libcrypto";

    private const int Kind = 1087; // NID_ED25519

    private const int SignatureLength = 64;

    private static readonly string[] Names = ["libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64", "libcrypto.so.1.1", "libcrypto.so"];

    static Ed25519() => NativeLibrary.SetDllImportResolver(typeof(Ed25519).Assembly, Resolve);

    /// <summary>The object identifier of keys.</summary>
    public static string Identifier => "1.3.101.112";

    /// <summary>The length of seeds and of public keys, in bytes.</summary>
    public static int KeyLength => 32;

    public static bool Verify(byte[] publicKey, byte[] text, byte[] signature) =>
        publicKey.Length == KeyLength && signature.Length == SignatureLength && With(
            EVP_PKEY_new_raw_public_key(Kind, 0, publicKey, KeyLength),
            (context, key) => EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1
                && EVP_DigestVerify(context, signature, SignatureLength, text, text.Length) == 1);

    /// <summary>Fails with a <see cref="CryptographicException"/> when the seed is none.</summary>
    public static byte[] Sign(byte[] seed, byte[] text)
    {
        var signature = new byte[SignatureLength];
        nint length = SignatureLength;
        return seed.Length == KeyLength && With(
            EVP_PKEY_new_raw_private_key(Kind, 0, seed, KeyLength),
            (context, key) => EVP_DigestSignInit(context, 0, 0, 0, key) == 1
                && EVP_DigestSign(context, signature, ref length, text, text.Length) == 1)
            ? signature
            : throw new CryptographicException("the key cannot sign");
    }

    /// <summary>The public key of a seed; fails with a <see cref="CryptographicException"/> when the seed is none.</summary>
    public static byte[] PublicKey(byte[] seed)
    {
        var made = new byte[KeyLength];
        nint length = KeyLength;
        return seed.Length == KeyLength && With(
            EVP_PKEY_new_raw_private_key(Kind, 0, seed, KeyLength),
            (_, key) => EVP_PKEY_get_raw_public_key(key, made, ref length) == 1)
            ? made
            : throw new CryptographicException("the key is none");
    }

    private static bool With(nint key, Func<nint, nint, bool> use)
    {
        var context = EVP_MD_CTX_new();
        try
        {
            return key != 0 && context != 0 && use(context, key);
        }
        finally
        {
            EVP_MD_CTX_free(context);
            EVP_PKEY_free(key);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == Library)
        {
            foreach (var one in Names)
            {
                if (NativeLibrary.TryLoad(one, out var handle))
                {
                    return handle;
                }
            }
        }

        return 0;
    }

    [DllImport(Library)]
    private static extern nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nint length);

    [DllImport(Library)]
    private static extern nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nint length);

    [DllImport(Library)]
    private static extern int EVP_PKEY_get_raw_public_key(nint key, byte[] publicKey, ref nint length);

    [DllImport(Library)]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport(Library)]
    private static extern nint EVP_MD_CTX_new();

    [DllImport(Library)]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Library)]
    private static extern int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [DllImport(Library)]
    private static extern int EVP_DigestVerify(nint context, byte[] signature, nint signatureLength, byte[] text, nint length);

    [DllImport(Library)]
    private static extern int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [DllImport(Library)]
    private static extern int EVP_DigestSign(nint context, byte[] signature, ref nint signatureLength, byte[] text, nint length);
}
