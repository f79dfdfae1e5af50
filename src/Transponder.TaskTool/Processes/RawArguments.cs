using System.Text;

namespace Transponder.TaskTool.Processes;

/// <summary>The arguments of this process as the bytes that they are, which need not be UTF-8.</summary>
internal static class RawArguments
{
    /// <summary>The last arguments, one for each of the given; these themselves where the bytes cannot be had.</summary>
    public static IReadOnlyList<byte[]> Last(IReadOnlyList<string> given)
    {
        var decoded = given.Select(Encoding.UTF8.GetBytes).ToList();
        try
        {
            var all = Split(File.ReadAllBytes("/proc/self/cmdline"));
            var last = all.Skip(all.Count - given.Count).ToList();
            return last.Count == given.Count && last.Zip(given).All(pair => Encoding.UTF8.GetString(pair.First) == pair.Second)
                ? last
                : decoded;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return decoded;
        }
    }

    private static List<byte[]> Split(byte[] text)
    {
        var parts = new List<byte[]>();
        var start = 0;
        for (var end = 0; end < text.Length; end++)
        {
            if (text[end] != 0)
                continue;
            parts.Add(text[start..end]);
            start = end + 1;
        }
        return parts;
    }
}
