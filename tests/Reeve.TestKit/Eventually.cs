using System.Globalization;
using System.Runtime.CompilerServices;

namespace Reeve.TestKit;

/// <summary>Waits for what an outside process or another thread will do; the only waiting that a test may do.</summary>
public static class Eventually
{
    private static readonly TimeSpan _usually = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns once the condition holds; fails when it does not within the time (20 s unless said otherwise).</summary>
    public static Task IsTrueAsync(
        Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        IsTrueAsync(() => Task.FromResult(condition()), within, what);

    /// <summary>Returns once the condition holds; fails when it does not within the time (20 s unless said otherwise).</summary>
    public static async Task IsTrueAsync(
        Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var limit = within ?? _usually;
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"not within {limit.TotalSeconds:0.#} s: {what}"));
            }

            await Task.Delay(_pause, TimeProvider.System);
        }
    }

    /// <summary>Returns the first thing found that is not null; fails when time (20 s unless said otherwise) is up.</summary>
    public static async Task<T> FindAsync<T>(
        Func<Task<T?>> find, TimeSpan? within = null, [CallerArgumentExpression(nameof(find))] string what = "")
        where T : class
    {
        T? found = null;
        await IsTrueAsync(async () => (found = await find()) is not null, within, what);
        return found!;
    }

    /// <summary>Returns once the assertion passes; throws its last failure when time (20 s unless said otherwise) is up.</summary>
    public static async Task PassesAsync(Func<Task> assertion, TimeSpan? within = null)
    {
        var limit = within ?? _usually;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (TimeProvider.System.GetElapsedTime(started) <= limit)
            {
                await Task.Delay(_pause, TimeProvider.System);
            }
        }
    }
}
