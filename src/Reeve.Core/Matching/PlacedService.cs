using System.Diagnostics.CodeAnalysis;

namespace Reeve.Core.Matching;

/// <summary>A service at a path: under this a binding hangs that names both.</summary>
internal readonly record struct PlacedService(string Path, string Service);

/// <summary>The same while a path is walked upwards: the path is a part of a longer one, and the service's hash is known.</summary>
internal readonly ref struct WalkedService(ReadOnlySpan<char> path, string service, int serviceHash)
{
    public ReadOnlySpan<char> Path { get; } = path;

    public string Service { get; } = service;

    public int Hash => HashCode.Combine(string.GetHashCode(Path), serviceHash);
}

/// <summary>Compares the two kinds of key.</summary>
internal sealed class PlacedServiceComparer : IEqualityComparer<PlacedService>, IAlternateEqualityComparer<WalkedService, PlacedService>
{
    public static readonly PlacedServiceComparer Instance = new();

    public bool Equals(PlacedService x, PlacedService y) => x == y;

    public int GetHashCode([DisallowNull] PlacedService key) => new WalkedService(key.Path, key.Service, HashOf(key.Service)).Hash;

    public bool Equals(WalkedService alternate, PlacedService other) =>
        alternate.Path.SequenceEqual(other.Path) && string.Equals(alternate.Service, other.Service, StringComparison.Ordinal);

    public int GetHashCode(WalkedService alternate) => alternate.Hash;

    public PlacedService Create(WalkedService alternate) => new(alternate.Path.ToString(), alternate.Service);

    public static int HashOf(string service) => string.GetHashCode(service.AsSpan());
}
