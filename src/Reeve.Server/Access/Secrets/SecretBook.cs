using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Storage.Records;

namespace Reeve.Server.Access.Secrets;

/// <summary>
/// All secrets, sealed with AES-GCM in memory and on disk, and opened for the moment of their use. The seal covers scope and name, so
/// that one cannot be passed off as another.
/// </summary>
internal sealed class SecretBook(SecretStore store, SecretKeys keys, TimeProvider time) : ISecrets
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly ConcurrentDictionary<(Scope Scope, string Name), KeptSecret> _secrets = new();
    private readonly SemaphoreSlim _gate = new(1);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var secret in await store.LoadAsync(cancellationToken))
        {
            _secrets[(secret.Scope, secret.Name)] = secret;
        }
    }

    /// <summary>The secrets of a tenant, by project and name; of one project when it is named.</summary>
    public IReadOnlyList<KeptSecret> Of(string tenant, string? project) =>
    [
        .. _secrets.Values.Where(s => s.Scope.Tenant == tenant && (project is null || s.Scope.Project == project))
            .OrderBy(s => s.Scope.Project, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal),
    ];

    public KeptSecret? Find(Scope scope, string name) => _secrets.GetValueOrDefault((scope, name));

    /// <inheritdoc/>
    public string? Find(Scope scope, string name, out string? problem)
    {
        if (!_secrets.TryGetValue((scope, name), out var kept))
        {
            var hint = DidYouMean.Hint(name, _secrets.Keys.Where(k => k.Scope == scope).Select(k => k.Name));
            problem = $"secret: there is no secret {Quote.Text(name)} in `{scope}`{hint}; set it with `reeve secret set`";
            return null;
        }

        var opened = Open(kept);
        problem = opened is null
            ? $"secret: {Quote.Text(name)} cannot be opened: its key `{kept.KeyId}` is not there, or it was tampered with"
            : null;
        return opened;
    }

    /// <summary>Sets a secret, new or anew.</summary>
    public async Task<KeptSecret> SetAsync(Scope scope, string name, string value, string who, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var kept = Seal(new KeptSecret(scope, name, "", "", time.GetUtcNow(), who), value);
            await store.PutAsync([kept], cancellationToken);
            _secrets[(scope, name)] = kept;
            return kept;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Removes a secret; false when there is none.</summary>
    public async Task<bool> RemoveAsync(Scope scope, string name, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_secrets.ContainsKey((scope, name)))
            {
                return false;
            }

            await store.RemoveAsync(scope, name, cancellationToken);
            return _secrets.TryRemove((scope, name), out _);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Reads the keys again and seals everything with the newest one, all or none. Gives how many were sealed anew, and what stood in the
    /// way, if anything.
    /// </summary>
    public async Task<(int Sealed, string? Problem)> RotateAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (keys.Reread() is { } problem)
            {
                return (0, problem);
            }

            var anew = new List<KeptSecret>();
            foreach (var kept in _secrets.Values.Where(s => s.KeyId != keys.Newest.Id))
            {
                if (Open(kept) is not { } value)
                {
                    return (0, $"{Quote.Text(kept.Name)} of `{kept.Scope}` cannot be opened: its key `{kept.KeyId}` is not there");
                }

                anew.Add(Seal(kept, value));
            }

            await store.PutAsync(anew, cancellationToken);
            foreach (var kept in anew)
            {
                _secrets[(kept.Scope, kept.Name)] = kept;
            }

            return (anew.Count, null);
        }
        finally
        {
            _gate.Release();
        }
    }

    private KeptSecret Seal(KeptSecret about, string value)
    {
        var (id, key) = keys.Newest;
        var plain = Encoding.UTF8.GetBytes(value);
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength, plain.Length), box.AsSpan(NonceLength + plain.Length),
            Label(about.Scope, about.Name));
        CryptographicOperations.ZeroMemory(plain);
        return about with { KeyId = id, Sealed = Convert.ToBase64String(box) };
    }

    private string? Open(KeptSecret kept)
    {
        if (keys.Find(kept.KeyId) is not { } key)
        {
            return null;
        }

        try
        {
            var box = Convert.FromBase64String(kept.Sealed);
            var plain = new byte[box.Length - NonceLength - TagLength];
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                box.AsSpan(0, NonceLength), box.AsSpan(NonceLength, plain.Length), box.AsSpan(NonceLength + plain.Length), plain,
                Label(kept.Scope, kept.Name));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    // no name holds a line end, so no two places have the same label
    private static byte[] Label(Scope scope, string name) => Encoding.UTF8.GetBytes($"{scope.Tenant}\n{scope.Project}\n{name}");
}
