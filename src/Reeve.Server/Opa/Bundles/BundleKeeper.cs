using Reeve.Languages.Rego.Bundles;
using Reeve.Server.Opa.Config;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Bundles;

/// <summary>
/// Keeps one bundle up to date: asks for it again and again, puts what is new to work, leaves the old one when that fails.
/// </summary>
internal sealed class BundleKeeper : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);

    private readonly BundleSource _source;
    private readonly PolicyBase _policies;
    private readonly BundleVerification? _verification;
    private readonly string? _file;
    private readonly TimeProvider _time;
    private readonly Random _jitter = new();
    private readonly BundleDownload _download;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private string? _tag;
    private volatile BundleState _state;

    public BundleKeeper(
        BundleSource source, PolicyBase policies, IReadOnlyDictionary<string, BundleKey> keys, string folder, TimeProvider time)
    {
        (_source, _policies, _time) = (source, policies, time);
        _verification = source.Signing is { } signing
            ? new BundleVerification(keys, signing.KeyId, signing.Scope, signing.ExcludeFiles)
            : null;
        _file = source.Persist ? Path.Combine(folder, "bundles", source.Name, "bundle.tar.gz") : null;
        _download = new BundleDownload(source, time);
        _state = new BundleState(source.Name);
    }

    public BundleState State => _state;

    /// <summary>Takes up the copy on the disk, if one is kept, and begins to ask.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_file is not null && File.Exists(_file))
        {
            try
            {
                await ActivateAsync(await File.ReadAllBytesAsync(_file, cancellationToken), null);
            }
            catch (Exception e) when (e is BundleException or OpaProblem or IOException or UnauthorizedAccessException)
            {
                Failed($"the copy on the disk cannot be used: {e.Message}", (e as OpaProblem)?.Errors ?? ErrorsOf(e), null);
            }
        }

        _loop = Task.Run(() => LoopAsync(_stopping.Token), CancellationToken.None);
    }

    /// <summary>What is at work was lost with a write that the store refused: the next answer counts as new.</summary>
    public void Forget() => _tag = null;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _download.Dispose();
        _stopping.Dispose();
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var outcome = await OnceAsync(cancellationToken);
                failures = outcome == Outcome.Failed ? failures + 1 : 0;
                var pause = outcome switch
                {
                    Outcome.Failed => Backoff(failures),
                    Outcome.AskAtOnce => TimeSpan.Zero,
                    _ => _source.MinDelay + (_jitter.NextDouble() * (_source.MaxDelay - _source.MinDelay)),
                };
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, _time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // it was asked to stop
        }
    }

    private TimeSpan Backoff(int failures)
    {
        var longest = Math.Min(_source.MaxDelay.TotalSeconds, FirstRetry.TotalSeconds * Math.Pow(1.6, Math.Min(failures - 1, 60)));
        return TimeSpan.FromSeconds(Math.Max(FirstRetry.TotalSeconds, longest * (0.8 + (0.4 * _jitter.NextDouble()))));
    }

    private async Task<Outcome> OnceAsync(CancellationToken cancellationToken)
    {
        _state = _state with { LastRequest = _time.GetUtcNow() };
        try
        {
            var fetched = await _download.FetchAsync(_tag, cancellationToken);
            if (fetched.Refused is { } code)
            {
                Failed($"request failed: the server answered {code}", [], code);
                return Outcome.Failed;
            }

            var now = _time.GetUtcNow();
            _state = _state with { LastSuccessfulRequest = now };
            if (fetched.Content is { } content)
            {
                _state = _state with { LastSuccessfulDownload = now, Size = content.Length };
                await ActivateAsync(content, fetched.Tag);
                await PersistAsync(content, cancellationToken);
            }
            else
            {
                _state = _state with { Message = null, Errors = [], HttpCode = null };
            }

            return fetched.LongPolls ? Outcome.AskAtOnce : Outcome.AskLater;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or BundleException or OpaProblem or UnauthorizedAccessException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Failed(e.Message, (e as OpaProblem)?.Errors ?? ErrorsOf(e), null);
            return Outcome.Failed;
        }
    }

    private static IReadOnlyList<OpaError> ErrorsOf(Exception e) => e is BundleException bundle ? OpaErrors.From(bundle.Errors) : [];

    private async Task ActivateAsync(byte[] content, string? tag)
    {
        using var packed = new MemoryStream(content, writable: false);
        var limits = BundleLimits.Default with { MaxFileBytes = _source.SizeLimit, MaxBytes = _source.SizeLimit };
        var files = BundleArchive.Read(packed, limits);
        var bundle = BundleReader.Read(files, new BundleReading { Name = _source.Name, Verification = _verification, Limits = limits });
        await _policies.ActivateAsync(_source.Name, bundle);
        _tag = tag;
        _state = _state with
        {
            IsActive = true,
            Revision = bundle.Manifest.Revision,
            Type = bundle.IsDelta ? "delta" : "snapshot",
            LastSuccessfulActivation = _time.GetUtcNow(),
            Message = null,
            Errors = [],
            HttpCode = null,
        };
        IsDelta = bundle.IsDelta;
    }

    private bool IsDelta { get; set; }

    // a copy that is half written is never there under its name; what a delta needs beneath it is not kept, so it is not either
    private async Task PersistAsync(byte[] content, CancellationToken cancellationToken)
    {
        if (_file is null || IsDelta)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var part = _file + ".part";
            await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(content, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _state = _state with { Message = $"the bundle is at work and could not be kept on the disk: {e.Message}" };
        }
    }

    private void Failed(string message, IReadOnlyList<OpaError> errors, int? code) =>
        _state = _state with { Message = message, Errors = errors, HttpCode = code };

    private enum Outcome
    {
        AskLater,
        AskAtOnce,
        Failed,
    }
}
