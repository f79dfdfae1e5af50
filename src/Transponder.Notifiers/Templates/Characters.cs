using System.Buffers;
using System.Text;

namespace Transponder.Notifiers.Templates;

/// <summary>Sets of characters. Made by a plain loop, which is compiled ahead: a query over 65,536 of them is felt in a tool that sends one message.</summary>
internal static class Characters
{
    public static SearchValues<char> That(Func<char, bool> belongs)
    {
        var found = new StringBuilder();
        for (var c = 0; c <= char.MaxValue; c++)
        {
            if (belongs((char)c))
                found.Append((char)c);
        }
        return SearchValues.Create(found.ToString());
    }
}
