/** A key that some object of a JSON text has twice: `JSON.parse` takes the last one and says nothing. */
export const repeatedKey = (json: string): string | undefined => {
  // Keys of each object that is open; arrays are `undefined`.
  const open: (Set<string> | undefined)[] = []
  let expectsKey = false
  for (let i = 0; i < json.length; i++) {
    const c = json[i]
    if (c === '{') {
      open.push(new Set())
      expectsKey = true
    } else if (c === '[') {
      open.push(undefined)
      expectsKey = false
    } else if (c === '}' || c === ']') {
      open.pop()
      expectsKey = false
    } else if (c === ',') {
      expectsKey = open[open.length - 1] !== undefined
    } else if (c === '"') {
      let end = i + 1
      while (end < json.length && json[end] !== '"') end += json[end] === '\\' ? 2 : 1
      const keys = open[open.length - 1]
      if (expectsKey && keys) {
        const key = JSON.parse(json.slice(i, end + 1)) as string
        if (keys.has(key)) return key
        keys.add(key)
        expectsKey = false
      }
      i = end
    }
  }
  return undefined
}
