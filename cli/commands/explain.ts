export const explain = (a: any, b: any, c: any) => 0
